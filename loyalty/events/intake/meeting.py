"""Meeting: told events meet what is kept already, and each other: new, told again, or in conflict. No query."""

import hmac
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from loyalty.events.intake.items import Item, KnownEvent, KnownOrder
from loyalty.events.kinds import ORDER_PAID, Outcome
from loyalty.foundation.refusals import DomainError, Kind


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


def is_same(one: bytes | memoryview, other: bytes | memoryview) -> bool:
    """Compare digests without telling by time how much of them fits."""
    return hmac.compare_digest(bytes(one), bytes(other))
