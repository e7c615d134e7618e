"""Admin of the room: streaks and pauses, and its block on a member's play page."""

from gamification.streaks.desk import block, editor, pauses, runs
