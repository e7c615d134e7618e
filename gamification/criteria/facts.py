"""What the room announces. Ids and plain values only (S-56)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DeedsChanged(Fact):
    """Deeds of a member were added or corrected, and something live looks at their kinds (G-8).

    `kinds` are joined by commas; `first_at` and `last_at` are when the earliest and the latest of them happened.
    `is_late`: one is older than what was known. `is_silent`: all of it is imported history.
    """

    name: ClassVar[str] = "deeds.changed"
    kinds: str
    first_at: datetime
    last_at: datetime
    is_corrected: bool = False
    is_late: bool = False
    is_silent: bool = False
