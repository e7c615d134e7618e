"""Reinstating: points that expired are brought back, with their old worth and origin and a new end (L-23)."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind, NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement, Posted
from loyalty.ledger.locks import lock_accounts_by_id
from loyalty.ledger.models import Claim, Draw, Entry
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import ReasonUnknown
from loyalty.programs.models import Program, ReasonCode

REINSTATED_FOR: Final = timedelta(days=30)


class NothingToReinstate(DomainError):
    """Only points that expired can come back, and only those that no return has claimed since."""

    code = "nothing_to_reinstate"
    kind = Kind.CONFLICT
    title = _("Nothing to bring back")
    detail = _("This entry did not let points expire, or they were claimed by a return.")


@unit_of_work
def reinstate(
    *,
    program: Program,
    entry_id: Id,
    ends_at: datetime | None,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
) -> Posted:
    """Bring back what this entry let expire, once; again: the same answer. Raises NothingToReinstate, NotFound."""
    if not ReasonCode.objects.filter(program=program, slug=reason).exists():
        raise ReasonUnknown(pointer="/reason", reason=reason)
    entry = Entry.objects.filter(program=program, pk=entry_id).select_related("account").first()
    if entry is None:
        raise NotFound
    if entry.kind != EntryKind.EXPIRE or entry.account.member_id is None:
        raise NothingToReinstate
    book = lock_accounts_by_id(account_ids=[entry.account_id])
    lot = Draw.objects.filter(entry=entry).select_related("lot").get().lot
    claimed = Claim.objects.filter(earning=lot.entry_id).aggregate(sum=Sum("expired"))["sum"] or 0
    points = -entry.points - claimed
    if points <= 0:
        raise NothingToReinstate
    movement = Movement(
        member_id=entry.account.member_id,
        currency_id=entry.account.currency_id,
        kind=EntryKind.REINSTATE,
        points=points,
        source_key=entry.shown_id,
        occurred_at=at,
        reason=reason,
        note=note,
        reverses_id=entry.pk,
        terms=LotTerms(expires_at=ends_at, origin=lot.origin, worth=lot.worth, policy=lot.terms),
    )
    return post(program=program, movements=[movement], actor=actor, at=at, accounts=book)[0]
