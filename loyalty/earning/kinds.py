"""Words of the room that callers need beside its tables: what is told, what came of it, and what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id

# Types of events that a rule may be triggered by (E-8); `custom.<name>` besides.
TRIGGERS: Final = (
    "order.paid",
    "order.fulfilled",
    "order.late",
    "review.written",
    "share.made",
    "visit.made",
    "app.used",
    "profile.completed",
    "newsletter.joined",
    "member.enrolled",
    "member.anniversary",
    "member.birthday",
    "ticket.opened",
    "ticket.resolved",
)
ORDER_PAID: Final = "order.paid"
SUSPENDED: Final = "member_suspended"  # why a suspended member earned nothing


class RuleState(models.TextChoices):
    """Where a rule stands (E-21); ended is for ever."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


@dataclass(frozen=True, kw_only=True, slots=True)
class MemberFacts:
    """What rules may know of a member. `birthday` is month and day; `done` are types of earlier events (E-24).

    `attributes` are None once nobody knows any more what they were: of an order that is settled (E-61).
    """

    id: Id
    status: str = "active"
    joined_at: datetime
    birthday: tuple[int, int] | None = None
    attributes: Mapping[str, Any] | None = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    also: tuple[Id, ...] = ()  # who was merged into it: what they earned uses up its limits


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderFacts:
    """What is known of an order beside its data: its number (E-26), its stamped rate (E-70), what points paid (E-14).

    `paid_with_points` is None where no hold was captured: then the order's own figure is used. `goods` is what the first
    line was read as when the order was judged, if it was: without lines only that tells whether they held the tax.
    """

    order_row_id: Id
    number: int
    currency: str
    rate: str = "1"
    paid_with_points: int | None = None
    goods: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AsOf:
    """Another instant than its own by which an event is judged: that of the quote that it names (E-75)."""

    at: datetime
    quote: str  # its id as shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One event as it was taken in, with what is needed to judge it. `occurred_at` is aware."""

    event_id: Id
    type: str
    member: MemberFacts
    occurred_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    order: OrderFacts | None = None
    channel: str = ""
    store: str = ""
    imported: bool = False
    fulfils: Id | None = (
        None  # the event that told of the order, if this one says that it was fulfilled
    )
    as_of: AsOf | None = None
    quote_missed: str = ""  # why the quote that it names is not used
    held_back: str = (
        ""  # a code of E-51 that keeps the whole event from earning, e.g. birthday_kept
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """When points open and end (E-55, E-56). `opens_at` None: at once, or by what they wait for.

    What waits opens `after` (ISO 8601) that, and is cancelled at `lapses_at`; its end is counted from opening.
    """

    opens_at: datetime | None = None
    expires_at: datetime | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    waits_for: str = ""
    after: str = "P0D"
    lapses_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """Points that one rule revision gives for one event: an earning to be written."""

    event_id: Id
    member_id: Id
    rule_id: Id
    rule: str  # its id as shown
    revision_id: Id
    version: int
    currency_id: Id
    currency: str
    points: int
    occurred_at: datetime
    day: date
    counts_for_tier: bool
    once_key: bytes | None
    terms: Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewarded:
    """What one event brought. `points`: one item per earning, as the API shows them."""

    event_id: Id
    points: list[dict[str, Any]]
    tier_before: str | None
    tier_after: str | None
    explanation: dict[str, Any]
    why_nothing: str | None
    opened: Sequence[tuple[str, int]] = ()  # by currency, points of earlier events that it opened
