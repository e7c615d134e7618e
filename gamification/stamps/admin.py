"""Admin of the room: stamps and tokens, and its block on a member's play page."""

from gamification.stamps.desk import block, editor, stamping, tokens
