"""Replaying: stored checks weighed under another preset: what would have been stopped, what would have passed (R-46)."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from loyalty.events.kept.orders import bought_again
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.guard.judging import HOUSEHOLD_AGAIN, WATCHED, Judgement, judge
from referrals.guard.kinds import Stage, Verdict
from referrals.guard.models import ReferralCheck
from referrals.plans.models import ReferralPlan
from referrals.plans.terms import GuardTerms

CHECKS_KEPT: Final = timedelta(days=365)
SAMPLES_MAX: Final = 20
DAYS_DEFAULT: Final = 90
STOPPED: Final = frozenset({Verdict.REVIEW.value, Verdict.BLOCK.value})

# One row per referral: what was seen, where it went for that (the move of the same instant), and what became of it.
_REPLAY: Final = """
    SELECT seen.referral_id, r.state, m.to_state, m.why, seen.told, r.friend_id, r.household
    FROM (
        SELECT c.referral_id, max(c.at) AS at,
               jsonb_object_agg(c.signal, CASE WHEN c.why = 'no_data' THEN NULL ELSE c.value END)::text AS told
        FROM referrals_referralcheck c JOIN referrals_referral own ON own.id = c.referral_id
        WHERE c.stage = %s AND own.plan_id = %s AND c.at >= %s
        GROUP BY c.referral_id
    ) seen
    JOIN referrals_referral r ON r.id = seen.referral_id
    JOIN referrals_referralmove m ON m.referral_id = seen.referral_id AND m.at = seen.at AND m.from_state = 'joined'
    ORDER BY seen.at, seen.referral_id
"""


@dataclass(slots=True)
class Cell:
    """Referrals that had one verdict and would have another."""

    count: int = 0
    samples: list[Id] = field(default_factory=list)


@dataclass(slots=True)
class Replay:
    """The matrix of old against new verdicts, and what is likely wrong in it."""

    looked_at: int = 0
    matrix: dict[tuple[str, str], Cell] = field(default_factory=dict)
    false_alarms: Cell = field(default_factory=Cell)
    misses: Cell = field(default_factory=Cell)


def replay(
    *,
    program: Program,
    plan: ReferralPlan,
    terms: GuardTerms,
    at: datetime,
    days: int = DAYS_DEFAULT,
) -> Replay:
    """What this guard would have made of the plan's last days; two set queries, and nothing is changed."""
    rows = run(_REPLAY, [Stage.QUALIFICATION.value, plan.pk, at - timedelta(days=days)])
    told = Replay(looked_at=len(rows))
    friends = {row[5] for row in rows}
    loyal = bought_again(program=program, member_ids=friends) if friends else set()
    judged: dict[tuple[str, bool], Judgement] = {}
    homes: set[bytes] = set()
    for referral_id, state, to, why, seen, friend_id, household in rows:
        is_watched = why == WATCHED
        key = (seen, is_watched)
        if key not in judged:  # many were seen alike, so each is judged once
            judged[key] = judge(json.loads(seen), terms=terms, is_watched=is_watched)
        before = _as_it_was(to, judged[key])
        after = _as_it_would_be(judged[key], why, household, homes)
        _count(told.matrix.setdefault((before, after), Cell()), referral_id)
        stopped = after in STOPPED
        if stopped and state == ReferralState.APPROVED and friend_id in loyal:
            _count(told.false_alarms, referral_id)
        if not stopped and state in {ReferralState.REJECTED, ReferralState.REVERSED}:
            _count(told.misses, referral_id)
    return told


@unit_of_work
def forget_checks(*, program: Program, at: datetime, limit: int) -> int:
    """Drop checks that are a year old (R-50)."""
    mine = ReferralCheck.objects.filter(referral__program=program)
    old = mine.filter(at__lt=at - CHECKS_KEPT).order_by("at")
    ids = list(old.values_list("pk", flat=True)[:limit])
    removed, _by_table = ReferralCheck.objects.filter(pk__in=ids).delete()
    return removed


def _as_it_was(to: str, judged: Judgement) -> str:
    """The verdict as the move after it tells; households that passed are told by what was seen."""
    if to == ReferralState.REVIEW:
        return Verdict.REVIEW.value
    if to == ReferralState.REJECTED:
        return Verdict.BLOCK.value
    return (Verdict.HOUSEHOLD if judged.is_household else Verdict.PASS).value


def _as_it_would_be(judged: Judgement, why: str, household: bytes | None, homes: set[bytes]) -> str:
    """What this guard says; of one household the first passes, in order of time (R-41)."""
    if judged.verdict != Verdict.HOUSEHOLD:
        return judged.verdict.value
    home = bytes(household or b"")
    is_again = why == HOUSEHOLD_AGAIN or (bool(home) and home in homes)
    homes.add(home)
    return Verdict.REVIEW.value if is_again else judged.verdict.value


def _count(cell: Cell, referral_id: Id) -> None:
    cell.count += 1
    if len(cell.samples) < SAMPLES_MAX:
        cell.samples.append(referral_id)
