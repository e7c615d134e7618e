"""Telling: events as rules want to hear them, with what they may know of member and order. Read at once for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from loyalty.checkout.honouring import Honoured
from loyalty.checkout.pasts import facts_about
from loyalty.earning.kinds import OrderFacts, Told
from loyalty.events.intake import looking_up
from loyalty.events.intake.items import Item
from loyalty.events.intake.keeping import PaidOrder
from loyalty.foundation.ids import Id
from loyalty.members.models import Member
from loyalty.members.persons import merged_into
from loyalty.members.segments.segmenting import segments_at_instants


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What rules of this programme listen to besides the event: types done before; and whether it is an import."""

    done_types: Collection[str]
    is_import: bool
    # By place: which event told of the order that an item says was fulfilled, and quotes that orders name.
    orders: Mapping[int, Id]
    quotes: Mapping[int, Honoured]


def know_persons(items: Sequence[Item]) -> None:
    """Note who was merged into the members of these items (L-52); one query, more only where somebody was."""
    whole = merged_into({item.member_id for item in items})
    for item in items:
        item.also = tuple(whole[item.member_id][1:])


def told_to_rules(
    items: Sequence[Item],
    *,
    paid: Mapping[int, PaidOrder],
    paid_with_points: Mapping[int, int],
    heard: Heard,
) -> list[Told]:
    """These events with everything that rules may know, carried from event to event (E-2)."""
    persons = {item.member_id: item.persons for item in items}
    done = looking_up.types_done(persons=persons, types=heard.done_types)
    frozen = {place: quote.frozen for place, quote in heard.quotes.items()}
    segments = segments_at_instants(
        asked={
            item.place: (item.member_id, as_of.at if (as_of := frozen.get(item.place)) else item.at)
            for item in items
        }
    )
    kept_back = looking_up.birthdays_kept_back(items)
    told = []
    for item in items:
        order = paid.get(item.place)
        told.append(
            Told(
                event_id=item.event_id,
                type=item.told.type,
                member=facts_about(
                    _member_of(item),
                    segments=segments[item.place],
                    done=done[item.member_id],
                    also=item.also,
                ),
                occurred_at=item.at,
                data=item.told.data,
                order=_order_facts(order, paid_with_points.get(item.place)) if order else None,
                channel=item.told.channel,
                store=item.told.store,
                imported=heard.is_import,
                fulfils=heard.orders.get(item.place),
                as_of=frozen.get(item.place),
                quote_missed=heard.quotes[item.place].missed if item.place in frozen else "",
                held_back=_held_back(item, is_kept_back=item.place in kept_back),
            )
        )
        done[item.member_id].add(item.told.type)
    return told


def _held_back(item: Item, *, is_kept_back: bool) -> str:
    if item.told.is_history:
        return "history"
    return "birthday_kept" if is_kept_back else ""


def _member_of(item: Item) -> Member:
    assert item.found is not None, "the member is looked up first"
    return item.found.member


def _order_facts(order: PaidOrder, paid_with_points: int | None) -> OrderFacts:
    return OrderFacts(
        order_row_id=order.id,
        number=order.number,
        currency=order.item.told.data["currency"],
        rate=order.rate,
        paid_with_points=paid_with_points,
    )
