"""Admin of the room: its block on a member's play page."""

from gamification.stamps.telling import desk
