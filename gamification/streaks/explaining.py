"""Explaining: why a streak is as long as it is, period by period (G-102, G-103)."""

from datetime import datetime
from typing import Any, Final

from gamification.criteria.conditions import read_condition
from gamification.criteria.explaining import explain, verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.life.catalogue import Live
from gamification.criteria.measures.counting import Who
from gamification.criteria.switches import switched_off
from gamification.streaks.kinds import GAME, Verdict
from gamification.streaks.showing import periods_of, show_step
from gamification.streaks.walks.boundaries import Span
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

Json = dict[str, Any]
PERIODS_TOLD: Final = 100


def explain_streak(*, program: Program, streak: Live, member_id: Id, at: datetime) -> Json:
    """The walk with each verdict, and the measure of the running period with its value and target."""
    kept, walked = periods_of(program=program, streak=streak, member_id=member_id, at=at)
    span = kept.course.clock.at(at)
    now = next((step for step in reversed(walked.steps) if step.span == span), None)
    reason = _reason(program, streak, member_id, is_done=bool(now and now.verdict is Verdict.DONE))
    return {
        "streak": streak.slug,
        "version": streak.number,
        "as_of": at,
        "current": walked.current,
        "longest": walked.longest,
        **verdict(reason),
        "periods": [show_step(step) for step in walked.steps[-PERIODS_TOLD:]],
        "tree": {
            "measure": streak.settings["condition"]["measure"],
            "period": span.key,
            "value": now.value if now else 0,
            "target": kept.course.terms_at(span.starts_at).need,
        },
        "near_misses": _near_misses(program, streak, member_id, span, at=at),
    }


def _near_misses(
    program: Program, streak: Live, member_id: Id, span: Span, *, at: datetime
) -> list[Json]:
    """What happened in the running period and failed by one clause; earlier periods have verdicts of their own."""
    told = explain(
        program=program,
        condition=read_condition(streak.settings["condition"], program=program, zone=streak.zone),
        zone=streak.zone,
        who=Who(member_id=member_id, since=span.starts_at, until=span.ends_at),
        targets=[1],
        at=at,
    )
    return [each for each in told["near_misses"] if each["reason"] != Reason.BEFORE_START]


def _reason(program: Program, streak: Live, member_id: Id, *, is_done: bool) -> Reason:
    if not streak.is_live:
        return Reason.PAUSED
    if member_id in switched_off(program=program, game=GAME, member_ids=[member_id]):
        return Reason.SWITCHED_OFF
    return Reason.REACHED if is_done else Reason.NOT_YET
