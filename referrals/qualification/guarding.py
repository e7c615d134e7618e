"""Guarding: referrals on their way are weighed, at joining, at qualification and at release, and their checks kept (R-37 to R-43)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from loyalty.events.kept.orders import PaidOrder
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.persons import persons_of
from loyalty.programs.tenants import Program
from referrals.attribution.kinds import ReferralState
from referrals.attribution.models import Referral
from referrals.attribution.moving import Step
from referrals.guard.appealing import OVERRULED, overruled
from referrals.guard.collecting import Case, block_rules, collect, collect_again
from referrals.guard.judging import HOUSEHOLD_AGAIN, Judgement, judge
from referrals.guard.kinds import BLOCK_RULES, OF_ADVOCATE, CheckResult, Stage, Verdict
from referrals.guard.models import ReferralCheck
from referrals.guard.reviewing import (
    admitted,
    household_key,
    keep_checks,
    open_reviews,
    watch,
)
from referrals.plans.terms import terms_of


@inside_unit_of_work
def guard_joining(
    rows: Sequence[Referral],
    *,
    program: Program,
    orders: Mapping[Id, Sequence[PaidOrder]],
    at: datetime,
) -> dict[Id, Judgement]:
    """Look at the block rules when friends join; rows are not written yet, so their checks are kept by the caller."""
    cases = cases_of(rows, orders=orders)
    return {
        case.referral.pk: judge(seen, terms=case.terms.guard)
        for case, seen in block_rules(cases, at=at)
    }


@inside_unit_of_work
def guard_qualifying(
    fresh: Sequence[tuple[Referral, PaidOrder]],
    *,
    program: Program,
    orders: Mapping[Id, Sequence[PaidOrder]],
    why: str,
    actor: Actor,
    at: datetime,
) -> list[Step]:
    """Weigh referrals that have a qualifying order: pass and household go on, doubts go to people, blocks end it."""
    by_referral = {row.pk: order for row, order in fresh}
    rows = [row for row, _order in fresh]
    cases = cases_of(rows, orders=orders, qualifying=by_referral)
    found = collect(cases, program=program, at=at)
    for row_id in overruled(rows):
        found[row_id].seen |= dict.fromkeys(OVERRULED, 0)
    judged = {
        case.referral.pk: judge(
            found[case.referral.pk].seen,
            terms=case.terms.guard,
            is_watched=case.referral.advocate.watched_at is not None,
        )
        for case in cases
    }
    keep_checks(judged, stage=Stage.QUALIFICATION, at=at)
    for row in rows:
        home = found[row.pk].home
        is_home = judged[row.pk].is_household and home
        row.household = household_key(home, program=program) if is_home else None
    passing = [row for row in rows if judged[row.pk].verdict is Verdict.HOUSEHOLD]
    first = admitted(passing) if passing else set()
    steps, reasons = [], {}
    for row in rows:
        row.as_household = row.pk in first
        to, loudest = _outcome(row, judged[row.pk])
        if to is ReferralState.REVIEW:
            reasons[row.pk] = loudest
        steps.append(
            Step(
                referral=row,
                to=to,
                why=why if to is ReferralState.PENDING else loudest[0],
                actor=actor,
            )
        )
    open_reviews(reasons, at=at)
    return steps


@inside_unit_of_work
def guard_release(
    rows: Sequence[Referral],
    *,
    program: Program,
    orders: Mapping[Id, Sequence[PaidOrder]],
    at: datetime,
) -> dict[Id, Judgement]:
    """Look again when the hold is over: block rules, and what the advocate has done since; the rest stands as it was.

    What people have cleared is stopped by a block rule alone (R-27).
    """
    cases = cases_of(rows, orders=orders)
    found = collect_again(cases, program=program, at=at)
    earlier, spoken_free = _stood(rows), overruled(rows)
    judged = {}
    for case in cases:
        row, seen = case.referral, found[case.referral.pk]
        own = {name: value for name, value in seen.items() if name in OF_ADVOCATE}
        blocks: dict[str, int | None] = {name: seen[name] for name in BLOCK_RULES}
        if row.pk in spoken_free:
            blocks |= dict.fromkeys(OVERRULED, 0)
        stood: dict[str, int | None] = {} if row.is_cleared else earlier.get(row.pk, {}) | own
        judged[row.pk] = judge(
            {**stood, **blocks},
            terms=case.terms.guard,
            is_watched=row.advocate.suspended_at is not None and not row.is_cleared,
        )
    keep_checks(judged, stage=Stage.RELEASE, at=at)
    return judged


@inside_unit_of_work
def watch_blocked(steps: Sequence[Step], *, at: datetime) -> None:
    """After the guard has stopped referrals, watch advocates of whom it stopped many (R-42)."""
    watch({step.referral.advocate_id for step in steps if step.to is ReferralState.REJECTED}, at=at)


def cases_of(
    rows: Sequence[Referral],
    *,
    orders: Mapping[Id, Sequence[PaidOrder]],
    qualifying: Mapping[Id, PaidOrder] | None = None,
) -> list[Case]:
    """These referrals with their people and orders; one query."""
    ids = {row.friend_id for row in rows}
    ids |= {row.advocate_member_id for row in rows if row.advocate_member_id}
    persons = persons_of(ids)
    return [
        Case(
            referral=row,
            terms=terms_of(row.version),
            friend=persons.get(row.friend_id),
            advocate=persons.get(row.advocate_member_id) if row.advocate_member_id else None,
            orders=orders.get(row.friend_id, ()),
            order=(qualifying or {}).get(row.pk),
        )
        for row in rows
    ]


def _outcome(row: Referral, judged: Judgement) -> tuple[ReferralState, Sequence[str]]:
    if judged.verdict is Verdict.BLOCK:
        return ReferralState.REJECTED, judged.reasons or ("score",)
    if judged.verdict is Verdict.REVIEW:
        return ReferralState.REVIEW, judged.reasons or ("score",)
    if judged.verdict is Verdict.HOUSEHOLD and not row.as_household:
        return ReferralState.REVIEW, (HOUSEHOLD_AGAIN, *judged.reasons)
    return ReferralState.PENDING, ()


def _stood(rows: Sequence[Referral]) -> dict[Id, dict[str, int | None]]:
    """What was seen at qualification, as it was kept."""
    kept = ReferralCheck.objects.filter(
        referral_id__in=[row.pk for row in rows], stage=Stage.QUALIFICATION
    )
    found: dict[Id, dict[str, int | None]] = {}
    for row_id, signal, result, why, value in kept.values_list(
        "referral_id", "signal", "result", "why", "value"
    ):
        is_unknown = result == CheckResult.SKIPPED and why == "no_data"
        found.setdefault(row_id, {})[signal] = None if is_unknown else value
    return found
