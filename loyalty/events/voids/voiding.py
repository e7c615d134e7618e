"""Voiding: what an event brought settles to zero, as if it had not been; its key stays used (E-68)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.settling.orders import CANCELLED, ReturnTold
from loyalty.earning.undoing.answering import answer_of, taken_back
from loyalty.earning.undoing.taking_back import settle
from loyalty.earning.undoing.voiding import take_back_all
from loyalty.events.facts import EventVoided, OrderSettled
from loyalty.events.intake.keeping import note_returned
from loyalty.events.intake.looking_up import known_of, returns_of
from loyalty.events.intake.paying import Payments
from loyalty.events.intake.returning import Fold, answer_for, fold_of_known
from loyalty.events.kinds import ORDER_PAID, RETURNS, EventStatus
from loyalty.events.models import Event, EventVoid, Order
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, Malformed, NotFound, Problem
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.rows.states import Book
from loyalty.members.finding import survivor_of
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.models import PointCurrency, Program
from loyalty.rewards.returning import settle_voided
from loyalty.tiers.book import open_book

REASON_LENGTH_MAX: Final = 200


class EventNotVoidable(DomainError):
    """A return that was settled stays: what it claimed and gave back cannot be told apart from later moves."""

    code = "event_not_voidable"
    kind = Kind.REFUSED
    title = _("This event stays")
    detail = _(
        "A return that was settled cannot be voided: tell a new order, or correct the points."
    )


@dataclass(slots=True)
class _Case:
    """One event on its way to be voided."""

    program: Program
    event: Event
    member_id: Id  # who answers for it today
    book: Book
    actor: Actor
    at: datetime
    facts: list[Fact] = field(default_factory=list)

    @property
    def currencies(self) -> dict[Id, str]:
        currencies = PointCurrency.objects.filter(program=self.program)
        return dict(currencies.values_list("pk", "slug"))

    @property
    def tier(self) -> str | None:
        book = open_book(program=self.program, member_ids=[self.member_id], at=self.at)
        tier = book.tier_at(self.member_id, self.at)
        return tier.slug if tier else None


@unit_of_work
def void(*, program: Program, event_id: Id, reason: str, actor: Actor, at: datetime) -> EventVoid:
    """Take one event back; told again, the first answer and nothing moves.

    An order is cancelled with all that it earned and all that paid for it; of any other event the points go back.
    Raises NotFound, Malformed (no reason), EventNotVoidable (a return that was settled).
    """
    if not reason.strip():
        message = _("Say why.")
        raise Malformed(problems=[Problem(pointer="/reason", code="required", message=message)])
    event = Event.objects.filter(program=program, pk=event_id).first()
    if event is None:
        raise NotFound
    member_id = survivor_of(event.member_id)
    currencies = PointCurrency.objects.filter(program=program).values_list("pk", flat=True)
    book = lock_accounts(
        program=program, member_ids=[member_id], currency_ids=list(currencies), at=at
    )
    event.refresh_from_db()
    if event.status == EventStatus.VOID:
        return EventVoid.objects.get(event=event)
    if not is_voidable(event):
        raise EventNotVoidable
    case = _Case(program=program, event=event, member_id=member_id, book=book, actor=actor, at=at)
    return _voided(case, reason=reason.strip()[:REASON_LENGTH_MAX])


def is_voidable(event: Event) -> bool:
    """Whether this event can be taken back still."""
    is_settled = event.type in RETURNS and event.status == EventStatus.RECORDED
    return event.status != EventStatus.VOID and not is_settled


def _voided(case: _Case, *, reason: str) -> EventVoid:
    event, before = case.event, case.tier
    results = _settle_order(case) if event.type == ORDER_PAID else _take_back(case)
    results["tier"] = {"before": before, "after": case.tier}
    event.status = EventStatus.VOID
    event.save(update_fields=["status"])
    case.facts.append(
        EventVoided(
            program_id=case.program.pk,
            member_id=case.member_id,
            at=case.at,
            event_id=event.pk,
            type=event.type,
            occurred_at=event.occurred_at,
        )
    )
    kept = EventVoid.objects.create(
        event=event,
        reason=reason,
        actor_kind=case.actor.kind,
        actor_id=case.actor.id,
        actor_name=case.actor.name,
        results=results,
        at=case.at,
    )
    announce(case.facts)
    return kept


def _take_back(case: _Case) -> dict[str, Any]:
    """What waits for its order has brought nothing; of everything else the points are claimed, and unused gifts go (W-62)."""
    done = take_back_all(
        program=case.program,
        event_ids=[case.event.pk],
        actor=case.actor,
        at=case.at,
        accounts=case.book,
    )
    told = taken_back([(each.earned, each.covered) for each in done], currencies=case.currencies)
    vouchers = settle_voided(
        program=case.program, event_id=case.event.pk, actor=case.actor, at=case.at
    )
    return {"taken_back": told, "vouchers": vouchers} if vouchers else {"taken_back": told}


def _settle_order(case: _Case) -> dict[str, Any]:
    """Cancel all that is left of the order (E-60), in the name of the event that told it."""
    order = Order.objects.get(event_id=case.event.pk)
    fold = _fold(case, order)
    cancelled = ReturnTold(event_id=case.event.pk, type=CANCELLED, occurred_at=case.at, data={})
    (settled,) = settle(
        program=case.program,
        orders=[fold.with_fresh(cancelled)],
        actor=case.actor,
        at=case.at,
        accounts=case.book,
    )
    left = settled.folded.left
    note_returned({order.pk: (int(left.returned), left.is_nothing)})
    case.facts.append(
        OrderSettled(
            program_id=case.program.pk,
            member_id=case.member_id,
            at=case.at,
            order_id=order.pk,
            event_id=case.event.pk,
            basis_before=int(settled.worth.before),
            basis_after=int(settled.worth.after),
            is_whole=left.is_nothing,
        )
    )
    allocation: Mapping[str, Any] = answer_of(settled, currencies=case.currencies)
    return {"taken_back": allocation["taken_back"], "allocation": allocation}


def _fold(case: _Case, order: Order) -> Fold:
    (known,) = known_of([order])
    payments = Payments(case.program, [(order.member_id, case.event.data["order_id"])])
    fold = fold_of_known(known, earlier=returns_of([order.pk]).get(order.pk, ()), payments=payments)
    answer_for(fold, member_id=case.member_id)
    return fold
