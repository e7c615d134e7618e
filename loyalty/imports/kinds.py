"""Words of the room that callers and tables share: kinds of imports, their states, states of rows, what a row came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.programs.models import Program

ROWS_AT_ONCE_MAX: Final = (
    1_000  # one unit of work takes in as many events, and the others keep its pace
)
NEVER: Final = "never"  # the month in which points end that never end


class ImportKind(models.TextChoices):
    """What the rows of a file are (E-85)."""

    MEMBERS = "members", _("Members")
    BALANCES = "balances", _("Balances")
    CODES = "codes", _("Codes")
    GIFT_CARDS = "gift_cards", _("Gift cards")
    EVENTS = "events", _("Events")


class Format(models.TextChoices):
    """How a file is written, told by its content."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    LINES = "jsonl", "JSON lines"


class ImportState(models.TextChoices):
    """Where an import stands (E-86). `uploaded` waits for its columns, `refused` is a file that could not be read."""

    UPLOADED = "uploaded", _("Uploaded")
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Ready")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    REFUSED = "refused", _("Refused")


AT_WORK: Final = frozenset({ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING})


class RowStatus(models.TextChoices):
    """What became of a row (E-87). `kept` could not be undone: somebody has used it since."""

    NEW = "new", _("New")
    TAKEN = "taken", _("Taken")
    ALREADY_THERE = "already_there", _("Already there")
    REFUSED = "refused", _("Refused")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Kept")


class EventsAs(models.TextChoices):
    """What past events are to us (E-88): history that counts and brings no points, or earnings as of their day."""

    HISTORY = "history", _("History: they count, and bring no points")
    EARN = "earn", _("Earning: each brings the points of its day")


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of a file: its number as a spreadsheet shows it, and what its cells say, by column.

    `bad` is the refusal of a row that could not be read; `raw` is the value of a line that is no row of cells.
    """

    number: int
    told: Mapping[str, Any] = field(default_factory=dict)
    raw: Any = None
    bad: DomainError | None = None


@dataclass(slots=True)
class Verdict:
    """What a row came to, or would come to. `key` is the digest under which it counts once while taken (E-87)."""

    number: int
    status: RowStatus = RowStatus.NEW
    refusal: DomainError | None = None
    key: bytes | None = None
    member_id: Id | None = None
    target_id: Id | None = None
    points: int = 0
    spent: int = 0  # of what was to be undone
    money: int = 0  # on a gift card, in minor units of its currency
    currency: str = ""
    month: str = ""  # in which the points end: `2027-11`, or `never`
    more: list[tuple[str, int, str]] = field(
        default_factory=list
    )  # further currency, points, month

    def refuse(self, refusal: DomainError) -> None:
        self.status, self.refusal = RowStatus.REFUSED, refusal

    @property
    def is_new(self) -> bool:
        return self.status == RowStatus.NEW


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Whose rows are looked at, for which import, on whose behalf, and when."""

    program: Program
    import_id: Id
    options: Mapping[str, Any]
    actor: Actor
    at: datetime
    approved_by_id: Id | None = None
