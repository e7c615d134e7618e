"""Moving: the one place where a referral changes its state: as its table allows, with who, why and when (R-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from referrals.attribution.facts import FACT_OF, ReferralApproved, ReferralReversed
from referrals.attribution.kinds import MOVES, ReferralState
from referrals.attribution.models import Referral, ReferralMove
from referrals.attribution.refusals import MoveNotAllowed

# What a move may set besides the state.
FIELDS: Final = (
    "state", "why", "order_id", "ordered_at", "qualified_at", "release_at", "approved_at", "household",
    "as_household", "is_cleared", "moves",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One referral's way to another state; other fields are set on the row before."""

    referral: Referral
    to: ReferralState
    why: str
    actor: Actor
    reason: str = ""


def refuse_move(referral: Referral, to: ReferralState) -> None:
    """Raise MoveNotAllowed for a move that the table does not have."""
    if (referral.state, to.value) not in MOVES:
        raise MoveNotAllowed(state=ReferralState(referral.state), wanted=to)


@inside_unit_of_work
def begin(rows: Sequence[Referral], *, steps: Sequence[Step], at: datetime) -> None:
    """Write new referrals with their first move; a friend brought twice is refused by friend_is_brought_once."""
    Referral.objects.bulk_create(sorted(rows, key=lambda row: row.friend_id))
    _tell(steps, [""] * len(steps), at=at)


@inside_unit_of_work
def move(steps: Sequence[Step], *, at: datetime) -> None:
    """Move these referrals, in order; raises MoveNotAllowed before anything is written."""
    if not steps:
        return
    for step in steps:
        refuse_move(step.referral, step.to)
    before = [step.referral.state for step in steps]
    for step in steps:
        step.referral.state, step.referral.why = step.to, step.why
        step.referral.moves += 1
    rows = {step.referral.pk: step.referral for step in steps}
    update_rows([rows[key] for key in sorted(rows)], FIELDS)
    _tell(steps, before, at=at)


def _tell(steps: Sequence[Step], before: Sequence[str], *, at: datetime) -> None:
    ReferralMove.objects.bulk_create(
        ReferralMove(
            referral=step.referral,
            number=step.referral.moves,
            from_state=was,
            to_state=step.to,
            why=step.why,
            reason=step.reason,
            actor=step.actor.shown,
            at=at,
        )
        for step, was in zip(steps, before, strict=True)
    )
    announce(
        [
            _fact(step, was, at=at)
            for step, was in zip(steps, before, strict=True)
            if _is_news(step, was)
        ]
    )


def _is_news(step: Step, was: str) -> bool:
    """Falling back to joined is no joining."""
    return not was or step.to is not ReferralState.JOINED


def _fact(step: Step, was: str, *, at: datetime) -> Fact:
    row = step.referral
    told: dict[str, Any] = {
        "program_id": row.program_id,
        "member_id": row.advocate_member_id,
        "at": at,
        "referral_id": row.pk,
        "plan_id": row.plan_id,
        "advocate_id": row.advocate_id,
        "friend_id": row.friend_id,
        "joined_at": row.joined_at,
    }
    kind = FACT_OF[step.to]
    if kind in {ReferralApproved, ReferralReversed}:
        told["approved_at"] = row.approved_at or at
    return kind(**told)
