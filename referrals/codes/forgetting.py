"""Forgetting: codes of erased members answer as unknown, and a chosen one may have held a name (R-7, R-48)."""

from collections.abc import Collection
from datetime import datetime

from loyalty.foundation.ids import Id
from loyalty.foundation.sealing import short_digest, token
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program
from referrals.codes.kinds import CODE_LENGTH_MAX, CodeKind
from referrals.codes.models import Advocate, ReferralCode


@inside_unit_of_work
def forget_codes(program: Program, member_ids: Collection[Id], *, at: datetime) -> None:
    """Close these members' codes for good. Of a chosen one a keyed hash stays, so that nobody else ever gets it."""
    Advocate.objects.filter(program=program, member_id__in=member_ids).update(
        suspended_at=at, name=""
    )
    chosen = ReferralCode.objects.filter(
        program=program, advocate__member_id__in=member_ids, kind=CodeKind.VANITY
    )
    for code in chosen.exclude(text="").order_by("pk"):
        ReferralCode.objects.filter(pk=code.pk).update(
            text="",
            canonical=remains_of(program, code.canonical),
            fold=remains_of(program, code.fold),
        )


def was_forgotten(program: Program, *, canonical: str, fold: str) -> bool:
    """Whether somebody had this code, or one that looks like it, and was erased."""
    gone = ReferralCode.objects.filter(program=program, text="")
    return (
        gone.filter(canonical=remains_of(program, canonical)).exists()
        or gone.filter(fold=remains_of(program, fold)).exists()
    )


def remains_of(program: Program, text: str) -> str:
    """What stays of a code: no code of ours begins like this."""
    kept = token(short_digest(text, purpose=f"referral.code:{program.pk}"))
    return f"~{kept}"[:CODE_LENGTH_MAX]
