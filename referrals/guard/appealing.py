"""Appealing: a rejected side speaks once, and somebody else than who rejected decides (R-44)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.refusals import MoveNotAllowed, ReasonRequired
from referrals.guard.kinds import AppealState, Signal
from referrals.guard.models import ReferralAppeal
from referrals.guard.refusals import AppealTooLate, AppealUsed, SameReviewer

APPEAL_WITHIN: Final = timedelta(days=30)
# What an upheld appeal puts aside: nobody brings themselves, whatever is said.
OVERRULED: Final = (Signal.SAME_EMAIL, Signal.NOT_NEW)


@unit_of_work
def appeal(*, program: Program, referral_id: Id, words: str, at: datetime) -> Referral:
    """Keep what a rejected side says. Raises MoveNotAllowed, AppealTooLate, AppealUsed."""
    row = Referral.objects.select_for_update(of=("self",)).get(pk=referral_id, program=program)
    if row.state != ReferralState.REJECTED:
        raise MoveNotAllowed(state=ReferralState(row.state), wanted=ReferralState.JOINED)
    rejected = row.story.filter(to_state=ReferralState.REJECTED).order_by("-number")[0]
    if at >= rejected.at + APPEAL_WITHIN:
        raise AppealTooLate(days=APPEAL_WITHIN.days)
    if ReferralAppeal.objects.filter(referral=row).exists():
        raise AppealUsed
    ReferralAppeal.objects.create(
        referral=row, words=words.strip(), rejected_by=rejected.actor, opened_at=at
    )
    return row


@inside_unit_of_work
def decide_appeal(
    *, referral: Referral, upheld: bool, reason: str, actor: Actor, at: datetime
) -> ReferralAppeal | None:
    """Close the open appeal of this referral, if there is one. Raises ReasonRequired, SameReviewer."""
    if not reason.strip():
        raise ReasonRequired(pointer="/reason")
    row = ReferralAppeal.objects.filter(referral=referral, state=AppealState.OPEN).first()
    rejected = referral.story.filter(to_state=ReferralState.REJECTED).order_by("-number").first()
    if rejected is not None and rejected.actor == actor.shown:
        raise SameReviewer
    if row is None:
        return None
    row.state = AppealState.UPHELD if upheld else AppealState.REFUSED
    row.decided_at, row.decided_by, row.reason = at, actor.shown[:120], reason.strip()[:200]
    row.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    return row


@unit_of_work
def refuse_appeal(
    *, program: Program, referral_id: Id, reason: str, actor: Actor, at: datetime
) -> Referral:
    """Let a rejection stand. Raises ReasonRequired, SameReviewer, MoveNotAllowed where nobody has appealed."""
    row = Referral.objects.select_for_update(of=("self",)).get(pk=referral_id, program=program)
    told = decide_appeal(referral=row, upheld=False, reason=reason, actor=actor, at=at)
    if told is None:
        raise MoveNotAllowed(state=ReferralState(row.state), wanted=ReferralState.REJECTED)
    return row


def overruled(rows: Sequence[Referral]) -> set[Id]:
    """Which of these referrals were spoken free by an appeal: their mailbox and history count no more."""
    upheld = ReferralAppeal.objects.filter(referral__in=rows, state=AppealState.UPHELD)
    return set(upheld.values_list("referral_id", flat=True))
