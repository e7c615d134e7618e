"""Voiding: events of an import are taken back one by one, by the rule that staff have for any event (E-68, E-89)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from loyalty.events.kinds import RETURNS, EventStatus
from loyalty.events.models import Event, Order
from loyalty.events.voids.voiding import void
from loyalty.foundation.ids import shown
from loyalty.foundation.refusals import DomainError
from loyalty.imports.kinds import RowStatus, Verdict, Work
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.refusals import UsedSince
from loyalty.ledger.locks import lock_accounts
from loyalty.members.finding import survivors_of
from loyalty.programs.models import PointCurrency

VOIDED_AT_ONCE: Final = 100  # each is a deed of some statements
TAKEN: Final = ("pending", "available", "owing")


def undo_events(*, work: Work, rows: Sequence[ImportRow]) -> list[Verdict]:
    """Settle the orders of these rows to zero and claim what other events earned; their keys stay used."""
    events = Event.objects.in_bulk([row.target_id for row in rows if row.target_id])
    _lock(work, list(events.values()))
    verdicts = []
    for row in rows:
        verdict = Verdict(row.number, status=RowStatus.UNDONE)
        event = events.get(row.target_id) if row.target_id else None
        if event is not None and event.status != EventStatus.VOID:
            _void(event, verdict, work=work)
        verdicts.append(verdict)
    return verdicts


def _lock(work: Work, events: Sequence[Event]) -> None:
    """Hold everybody concerned in one call: taken one by one they could be taken crosswise."""
    members = set(survivors_of({event.member_id for event in events}).values())
    currencies = PointCurrency.objects.filter(program=work.program).values_list("pk", flat=True)
    lock_accounts(
        program=work.program, member_ids=members, currency_ids=list(currencies), at=work.at
    )


def _void(event: Event, verdict: Verdict, *, work: Work) -> None:
    if event.type in RETURNS and event.status == EventStatus.RECORDED:
        # A return has nothing of its own: it went with its order, or it stays with it.
        standing = Order.objects.filter(is_wholly_returned=False)
        if event.order_id is not None and standing.filter(pk=event.order_id).exists():
            verdict.status, verdict.refusal = RowStatus.KEPT, UsedSince()
        return
    told = _("{import_id} was undone.").format(import_id=shown(Import.prefix, work.import_id))
    try:
        with transaction.atomic():
            kept = void.step(
                program=work.program,
                event_id=event.pk,
                reason=told,
                actor=work.actor,
                at=work.at,
            )
    except DomainError as refusal:
        verdict.status, verdict.refusal = RowStatus.KEPT, refusal
        return
    verdict.more = _taken_back(kept.results)
    verdict.points = sum(points for _slug, points, _month in verdict.more)


def _taken_back(results: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Points by currency; what had been spent may be left owing, as with any return."""
    parts = results["taken_back"]["by_currency"]
    return [(slug, sum(each[name] for name in TAKEN), "") for slug, each in parts.items()]
