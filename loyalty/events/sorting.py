"""Sorting: which told events are new, which were told before, and which are refused. No query, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.basis import check_sum, read_order
from loyalty.events.keying import (
    content_digest_of,
    is_same,
    order_content_digest_of,
    order_digest_of,
    source_digest_of,
)
from loyalty.events.kinds import ORDER_PAID, Outcome, ToldEvent
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.members.finding import Found, external_id_in
from loyalty.members.kinds import MemberStatus
from loyalty.programs.calendar import Period
from loyalty.programs.models import Program
from loyalty.programs.rates import Rates

AHEAD_MAX: Final = timedelta(minutes=5)  # how far a shop's clock may run before ours (E-5)


class EventKeyReused(DomainError):
    """The same source and source id came with other content; the first telling stands (event_counts_once)."""

    code = "event_key_reused"
    kind = Kind.CONFLICT
    title = _("Event key reused")
    detail = _("This source id was told before, with other content.")


class OrderConflict(DomainError):
    """A paid order was told again with other amounts (order_counts_once): a changed order is a return and a new order."""

    code = "order_conflict"
    kind = Kind.CONFLICT
    title = _("Order told otherwise")
    detail = _("This order was told before, with other content.")


class EventInFuture(DomainError):
    """More than five minutes ahead of the programme's clock."""

    code = "event_in_future"
    kind = Kind.REFUSED
    title = _("Event in the future")
    detail = _("It is {now} by the programme's clock.")


class EventTooOld(DomainError):
    """Older than the programme's late limit; only imports bring older ones."""

    code = "event_too_old"
    kind = Kind.REFUSED
    title = _("Event too old")
    detail = _("Events may be at most {limit} late.")


class MemberUnknown(DomainError):
    """Nobody here by that reference, and the programme does not enrol at the first event."""

    code = "member_unknown"
    kind = Kind.REFUSED
    title = _("Member unknown")
    detail = _("There is no such member.")


@dataclass(slots=True)
class Item:
    """One told event on its way through a unit of work."""

    place: int
    told: ToldEvent
    at: datetime
    source_digest: bytes
    order_digest: bytes | None
    event_id: Id = field(default_factory=new_id)
    found: Found | None = None
    outcome: Outcome | None = None
    repeats: "Item | None" = None  # the same event, told before in this list

    @property
    def is_fresh(self) -> bool:
        return self.outcome is None and self.repeats is None

    @property
    def member_id(self) -> Id:
        """Whom it is about today."""
        assert self.found is not None, "the member is looked up first"
        return self.found.member.pk

    @property
    def told_id(self) -> Id:
        """Whom it was told about: the same after a merge, so that a replay stays one."""
        assert self.found is not None, "the member is looked up first"
        return self.found.told_id

    @property
    def content_digest(self) -> bytes:
        return content_digest_of(member_id=self.told_id, told=self.told)

    @property
    def order_content_digest(self) -> bytes:
        return order_content_digest_of(member_id=self.told_id, data=self.told.data)

    def refuse(self, refusal: DomainError) -> None:
        self.outcome = Outcome(refusal=refusal)


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event that is kept already, with the answer once given."""

    id: Id
    content_digest: bytes
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order that is kept already, with the answer its first telling got."""

    id: Id
    content_digest: bytes
    event: KnownEvent


def items_of(*, program: Program, told: Sequence[ToldEvent], at: datetime) -> list[Item]:
    """Told events in the order in which they count: by time, then by place (E-2)."""
    items = [
        Item(
            place=place,
            told=each,
            at=each.occurred_at or at,
            source_digest=source_digest_of(program_id=program.pk, told=each),
            order_digest=order_digest_of(program_id=program.pk, told=each),
        )
        for place, each in enumerate(told)
    ]
    return sorted(items, key=lambda item: (item.at, item.place))


def refuse_untimely(
    items: Iterable[Item], *, program: Program, at: datetime, is_import: bool
) -> None:
    """EventInFuture and EventTooOld, by the programme's clock (E-5); imports may be as old as they are."""
    late = Period.read(program.late_limit)
    for item in items:
        if item.at > at + AHEAD_MAX:
            item.refuse(EventInFuture(now=at.isoformat()))
        elif not is_import and late.after(item.at, zone=program.zone) < at:
            item.refuse(EventTooOld(limit=program.late_limit))


def refuse_wrong_orders(items: Iterable[Item], *, program: Program, rates: Rates) -> None:
    """Orders that do not add up (E-11) or come in a currency the programme does not take (E-70)."""
    for item in items:
        if not (item.is_fresh and item.told.type == ORDER_PAID):
            continue
        data = item.told.data
        try:
            rates.at(currency=data["currency"], at=item.at)
            order = read_order(data, prices_include_tax=program.prices_include_tax)
            check_sum(order, prices_include_tax=program.prices_include_tax)
        except DomainError as refusal:
            item.refuse(refusal)


def meet_members(
    items: Iterable[Item], *, program: Program, found: Mapping[str, Found]
) -> dict[str, datetime]:
    """Put members on items; refuse the unknown (E-6). Answers strangers to enrol, with their first event's time."""
    strangers: dict[str, datetime] = {}
    for item in items:
        if item.outcome is not None:
            continue
        reference = item.told.member
        item.found = found.get(reference)
        if item.found is None:
            external_id = external_id_in(reference) if program.enrol_on_event else None
            if external_id:
                strangers.setdefault(external_id, item.at)
            else:
                item.refuse(MemberUnknown(pointer="/member"))
        elif item.found.member.status == MemberStatus.ERASED:
            item.refuse(MemberUnknown(pointer="/member"))
    return strangers


def refuse_foreign_keys(
    items: Iterable[Item], *, events: Collection[bytes], orders: Collection[bytes]
) -> None:
    """A stranger's event cannot be a replay: if its key is known, somebody else told it."""
    for item in items:
        if item.outcome is not None or item.found is not None:
            continue
        if item.source_digest in events:
            item.refuse(EventKeyReused())
        elif item.told.type == ORDER_PAID and item.order_digest in orders:
            item.refuse(OrderConflict())


def meet_each_other(items: Iterable[Item]) -> None:
    """Twice in one list is as twice in two calls: the same content repeats, other content is refused."""
    events: dict[bytes, Item] = {}
    orders: dict[bytes, Item] = {}
    for item in items:
        if not item.is_fresh:
            continue
        first = events.setdefault(item.source_digest, item)
        if first is not item:
            _repeat(
                item, first, is_same(first.content_digest, item.content_digest), EventKeyReused()
            )
            continue
        if item.told.type != ORDER_PAID or item.order_digest is None:
            continue
        paid = orders.setdefault(item.order_digest, item)
        if paid is not item:
            same = is_same(paid.order_content_digest, item.order_content_digest)
            _repeat(item, paid, same, OrderConflict())


def meet_known(
    items: Iterable[Item],
    *,
    events: Mapping[bytes, KnownEvent],
    orders: Mapping[bytes, KnownOrder],
) -> None:
    """Tell replays their first answer, and refuse keys that come with other content (E-3, E-4)."""
    for item in items:
        if not item.is_fresh:
            continue
        event = events.get(item.source_digest)
        if event is not None:
            _answer_again(
                item, event, is_same(event.content_digest, item.content_digest), EventKeyReused()
            )
            continue
        order = orders.get(item.order_digest) if item.order_digest else None
        if order is not None and item.told.type == ORDER_PAID:
            same = is_same(order.content_digest, item.order_content_digest)
            _answer_again(item, order.event, same, OrderConflict())


def settle_repeats(items: Iterable[Item]) -> None:
    """Give items that repeat another one of this list what became of that one."""
    for item in items:
        if item.outcome is None and item.repeats is not None:
            first = item.repeats.outcome
            assert first is not None, "the first of its kind is settled before"
            item.outcome = (
                first
                if first.refusal
                else Outcome(event_id=first.event_id, answer=first.answer, is_replay=True)
            )


def rate_of(item: Item, *, rates: Rates) -> str:
    """The rate to stamp on this item's order, as exact decimal text."""
    rate = rates.at(currency=item.told.data["currency"], at=item.at)
    return f"{rate.normalize():f}"


def _repeat(item: Item, first: Item, same: bool, refusal: DomainError) -> None:
    if same:
        item.repeats = first
    else:
        item.refuse(refusal)


def _answer_again(item: Item, event: KnownEvent, same: bool, refusal: DomainError) -> None:
    if same:
        item.outcome = Outcome(event_id=event.id, answer=event.answer, is_replay=True)
    else:
        item.refuse(refusal)
