"""Admin of the room: awards, and its block on a member's play page."""

from gamification.badges import desk
