"""Voiding: events of an import are taken back: orders are settled to zero, all other earnings are claimed (E-89)."""

from collections.abc import Mapping, Sequence
from typing import Final

from loyalty.earning.settling.voiding import TakenBack, take_back_all
from loyalty.events.facts import EventVoided
from loyalty.events.kinds import IMPORTED, ORDER_PAID, RETURNS, EventStatus, Outcome, ToldEvent
from loyalty.events.models import Event, Order
from loyalty.events.taking_in import take_in
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import DomainError
from loyalty.imports.kinds import RowStatus, Verdict, Work
from loyalty.imports.models import ImportRow
from loyalty.imports.refusals import UsedSince
from loyalty.ledger.locks import lock_accounts
from loyalty.members.finding import survivors_of
from loyalty.members.models import Member
from loyalty.outbox.announcing import announce
from loyalty.programs.models import PointCurrency

SOURCE: Final = f"{IMPORTED}undo"
CANCELLED: Final = "order.cancelled"


def undo_events(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Void the events of these rows; their keys stay used (E-68). An imported return goes with its order."""
    events = Event.objects.in_bulk([row.target_id for row in rows if row.target_id])
    standing = [event for event in events.values() if event.status != EventStatus.VOID]
    _lock(work, standing)
    orders = _orders_of(standing)
    cancelled = _cancel(work, [event for event in standing if event.pk in orders], orders)
    others = [each.pk for each in standing if each.type != ORDER_PAID and each.type not in RETURNS]
    taken = _by_event(
        take_back_all(
            program=work.program, event_ids=others, actor=work.actor, at=work.at, accounts=None
        )
    )
    slugs = dict(PointCurrency.objects.filter(program=work.program).values_list("pk", "slug"))
    told = {
        event_id: [(slugs[b.earned.currency_id], b.covered.moved) for b in back]
        for event_id, back in taken.items()
    }
    told |= {event_id: _taken_back(each) for event_id, each in cancelled.items()}
    refused = {event_id: each.refusal for event_id, each in cancelled.items() if each.refusal}
    refused |= {event.pk: UsedSince() for event in standing if _is_left(event)}
    verdicts = [_verdict(row, told=told, refused=refused) for row in rows]
    gone = {v.target_id for v in verdicts if v.status == RowStatus.UNDONE}
    _mark_void(work, [event for event in standing if event.pk in gone])
    return verdicts


def _lock(work: Work, events: Sequence[Event]) -> None:
    """Hold everybody concerned in one call, before anything is read that they could change."""
    members = set(survivors_of({event.member_id for event in events}).values())
    currencies = PointCurrency.objects.filter(program=work.program).values_list("pk", flat=True)
    lock_accounts(
        program=work.program, member_ids=members, currency_ids=list(currencies), at=work.at
    )


def _orders_of(events: Sequence[Event]) -> dict[Id, Order]:
    """The orders that these events told of and that are not wholly returned, by event."""
    ids = [event.pk for event in events if event.type == ORDER_PAID]
    orders = Order.objects.filter(event_id__in=ids, is_wholly_returned=False)
    return {order.event_id: order for order in orders}


def _cancel(work: Work, events: Sequence[Event], orders: Mapping[Id, Order]) -> dict[Id, Outcome]:
    """Settle these orders to zero by the rule that settles every cancellation (E-60)."""
    told = [
        ToldEvent(
            type=CANCELLED,
            member=shown(Member.prefix, event.member_id),
            source=SOURCE,
            source_id=event.shown_id,
            occurred_at=work.at,
            data={
                "order_id": event.data["order_id"],
                "order_source": orders[event.pk].order_source,
            },
        )
        for event in events
    ]
    outcomes = take_in.step(
        program=work.program, told=told, actor=work.actor, at=work.at, is_import=True
    )
    return {event.pk: outcome for event, outcome in zip(events, outcomes, strict=True)}


def _is_left(event: Event) -> bool:
    """A return of an order that stands cannot be voided alone: what it gave back may be spent."""
    if event.type not in RETURNS or event.order_id is None:
        return False
    return Order.objects.filter(pk=event.order_id, is_wholly_returned=False).exists()


def _taken_back(outcome: Outcome) -> list[tuple[str, int]]:
    """Points that a cancellation took, by currency; what had been spent may be left owing, as with any return."""
    if outcome.answer is None:
        return []
    parts = outcome.answer["results"]["allocation"]["taken_back"]["by_currency"]
    return [
        (slug, each["pending"] + each["available"] + each["owing"]) for slug, each in parts.items()
    ]


def _verdict(
    row: ImportRow,
    *,
    told: Mapping[Id, Sequence[tuple[str, int]]],
    refused: Mapping[Id, DomainError],
) -> Verdict:
    verdict = Verdict(row.number, status=RowStatus.UNDONE, target_id=row.target_id)
    if row.target_id is None:
        return verdict
    refusal = refused.get(row.target_id)
    if refusal is not None:
        verdict.status, verdict.refusal = RowStatus.KEPT, refusal
        return verdict
    verdict.more = [(slug, points, "") for slug, points in told.get(row.target_id, ())]
    verdict.points = sum(points for _slug, points, _month in verdict.more)
    return verdict


def _by_event(taken: Sequence[TakenBack]) -> dict[Id, list[TakenBack]]:
    by_event: dict[Id, list[TakenBack]] = {}
    for each in taken:
        by_event.setdefault(each.earned.event_id, []).append(each)
    return by_event


def _mark_void(work: Work, events: Sequence[Event]) -> None:
    Event.objects.filter(pk__in=[event.pk for event in events]).update(status=EventStatus.VOID)
    announce(
        [
            EventVoided(
                program_id=work.program.pk,
                member_id=event.member_id,
                at=work.at,
                event_id=event.pk,
                type=event.type,
                occurred_at=event.occurred_at,
            )
            for event in events
        ]
    )
