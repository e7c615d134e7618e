"""Admin of the room: its block on a member's play page."""

from gamification.challenges import desk
