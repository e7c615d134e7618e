"""Admin of the room: its block on a member's play page."""

from gamification.levels.desk import block, editor
