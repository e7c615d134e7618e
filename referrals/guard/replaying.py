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
from referrals.guard.judging import judge
from referrals.guard.kinds import Stage, Verdict
from referrals.guard.models import ReferralCheck
from referrals.plans.models import ReferralPlan
from referrals.plans.terms import GuardTerms, read_terms

CHECKS_KEPT: Final = timedelta(days=365)
SAMPLES_MAX: Final = 20
DAYS_DEFAULT: Final = 90
STOPPED: Final = frozenset({Verdict.REVIEW.value, Verdict.BLOCK.value})

# One row per referral: what was seen, the verdict as it came out, and what became of it.
_REPLAY: Final = """
    SELECT r.id, r.state, r.as_household, v.settings::text,
           jsonb_object_agg(c.signal, CASE WHEN c.why = 'no_data' THEN NULL ELSE c.value END)::text,
           r.friend_id
    FROM referrals_referral r
    JOIN referrals_planversion v ON v.id = r.version_id
    JOIN referrals_referralcheck c ON c.referral_id = r.id AND c.stage = %s
    WHERE r.plan_id = %s AND c.at >= %s
    GROUP BY r.id, v.settings
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
    judged: dict[tuple[str, str], str] = {}
    for referral_id, state, as_household, settings, seen, friend_id in rows:
        before = _verdict(judged, settings, seen, as_household=as_household)
        after = _verdict(judged, terms, seen, as_household=as_household)
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


def _verdict(
    judged: dict[tuple[str, str], str], terms: str | GuardTerms, seen: str, *, as_household: bool
) -> str:
    """The verdict of these terms, or of kept settings; many referrals were seen alike, so each is judged once."""
    key = (str(terms), seen)
    if key not in judged:
        known = terms if isinstance(terms, GuardTerms) else read_terms(json.loads(terms)).guard
        judged[key] = judge(json.loads(seen), terms=known).verdict
    verdict = judged[key]
    if verdict == Verdict.HOUSEHOLD and not as_household:
        return Verdict.REVIEW.value
    return str(verdict)


def _count(cell: Cell, referral_id: Id) -> None:
    cell.count += 1
    if len(cell.samples) < SAMPLES_MAX:
        cell.samples.append(referral_id)
