"""Facts of the imports room."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ImportDone(Fact):
    """A file is through: every line was taken or refused."""

    name: ClassVar[str] = "import.done"
    import_id: Id
    lines: int
    fresh: int
    already_there: int
    refused: int
