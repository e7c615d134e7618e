"""What the ledger announces: one fact per movement, in the order of the movements."""

from dataclasses import dataclass
from datetime import date, datetime

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


@dataclass(frozen=True, kw_only=True)
class PointsFact(Fact):
    """What all facts about points say; `points` are signed, as on the statement."""

    currency_id: Id | None = None
    kind: str
    points: int
    balance_after: int
    event_id: Id | None = None
    rule_id: Id | None = None
    reverses_id: Id | None = None
    source_key: str = ""
    occurred_at: datetime
    day: date
    counts_for_tier: bool = False
    imported: bool = False  # told by an import, as of its day (E-88)


@dataclass(frozen=True, kw_only=True)
class EntryFact(PointsFact):
    """A fact about one entry."""

    entry_id: Id


@dataclass(frozen=True, kw_only=True)
class PointsEarned(EntryFact):
    """Points came in: earned, a bonus, or an opening balance. Pending ones say so; `day` is the local day they count for."""

    name = "points.earned"
    is_pending: bool = False


@dataclass(frozen=True, kw_only=True)
class PointsSpent(EntryFact):
    """Points paid for something: at the till, or for a reward."""

    name = "points.spent"


@dataclass(frozen=True, kw_only=True)
class PointsExpired(EntryFact):
    """Points ended unspent, or were forfeited."""

    name = "points.expired"


@dataclass(frozen=True, kw_only=True)
class PointsReversed(PointsFact):
    """A return claimed earned points (negative), or gave spent ones back (positive).

    A claim says how much was asked (`claimed`), whatever covered it; covered without a movement it has no entry.
    Its `day` is that of the purchase (T-7). `owed` was left owing.
    """

    name = "points.reversed"
    entry_id: Id | None = None
    claimed: int = 0
    owed: int = 0


@dataclass(frozen=True, kw_only=True)
class PointsAdjusted(EntryFact):
    """Somebody corrected points by hand, or brought expired ones back."""

    name = "points.adjusted"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PointsTransferred(EntryFact):
    """Points went to, or came from, another membership; both entries share a group."""

    name = "points.transferred"
    group_id: Id | None = None


@dataclass(frozen=True, kw_only=True)
class PointsActivated(Fact):
    """Pending points of one lot opened and can be used until `expires_at`."""

    name = "points.activated"
    lot_id: Id
    entry_id: Id
    currency_id: Id | None = None
    points: int
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PointsExpiring(Fact):
    """Points will end: so many, at that instant, in so many days."""

    name = "points.expiring"
    currency_id: Id
    points: int
    expires_at: datetime
    days: int


@dataclass(frozen=True, kw_only=True)
class HoldEnded(Fact):
    """A hold was captured, released, or ended by time. `captured` of its points were spent."""

    name = "hold.ended"
    hold_id: Id
    currency_id: Id | None = None
    state: str
    points: int
    captured: int = 0
