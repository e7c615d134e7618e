"""Admin of the room: periods of boards, and its block on a member's play page."""

from gamification.leaderboards.desk import blocks, editor, periods
