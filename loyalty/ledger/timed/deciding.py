"""Deciding: staff open pending points before their time, or cancel them, and say why (E-57)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.models import Lot
from loyalty.ledger.refusals import ReasonUnknown
from loyalty.ledger.timed.opening import forfeit_lots, open_lots
from loyalty.programs.models import Program, ReasonCode


class LotNotPending(DomainError):
    """Only points that have not opened yet can be opened, or cancelled, by hand."""

    code = "lot_not_pending"
    kind = Kind.CONFLICT
    title = _("Not pending")
    detail = _("These points have opened already, or nothing is left of them.")


@unit_of_work
def open_now(*, program: Program, lot_id: Id, reason: str, actor: Actor, at: datetime) -> None:
    """Open one pending lot before its time. Raises NotFound, ReasonUnknown, LotNotPending."""
    _refuse(program, lot_id, reason)
    if not open_lots(program=program, lot_ids=[lot_id], actor=actor, at=at):
        raise LotNotPending


@unit_of_work
def cancel_pending(
    *, program: Program, lot_id: Id, reason: str, note: str, actor: Actor, at: datetime
) -> None:
    """Take away what is pending in one lot: it counts as claimed. Raises NotFound, ReasonUnknown, LotNotPending."""
    _refuse(program, lot_id, reason)
    if not forfeit_lots(
        program=program, lot_ids=[lot_id], reason=reason, note=note, actor=actor, at=at
    ):
        raise LotNotPending


def _refuse(program: Program, lot_id: Id, reason: str) -> None:
    if not Lot.objects.filter(account__program=program, pk=lot_id).exists():
        raise NotFound
    if not ReasonCode.objects.filter(program=program, slug=reason).exists():
        raise ReasonUnknown(pointer="/reason", reason=reason)
