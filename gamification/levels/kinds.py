"""Words of the room that callers need beside its tables."""

from typing import Final

GAME: Final = "level"
PREFIX: Final = "lvl"
LEVELS_MAX: Final = 200  # of one curve
EXPERIENCE_MAX: Final = 10**12
