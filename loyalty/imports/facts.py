"""Facts of the imports room."""

from dataclasses import dataclass
from typing import ClassVar

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class ImportDone(Fact):
    """A file is through: every row was taken, known before, or refused."""

    name: ClassVar[str] = "import.done"
    import_id: Id
    lines: int
    fresh: int
    already_there: int
    refused: int
    kind: str = "events"


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Fact):
    """An import was taken back, as far as nobody had used what it brought."""

    name: ClassVar[str] = "import.undone"
    import_id: Id
    kind: str
    undone: int
    kept: int
