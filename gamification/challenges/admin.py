"""Admin of the room: a member's challenges on their play page, and the form of challenges."""

from gamification.challenges.desk import block, editor
