"""Measuring: how long a streak is, for the conditions of other games (`streak.length`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.criteria.measures.counting import Crossing
from gamification.criteria.measures.specs import Spec
from gamification.criteria.models import Definition
from gamification.streaks.facts import StreakExtended, StreakLost, StreakRepaired
from gamification.streaks.keeping.courses import Pair, Streak, clocks_of, read_courses, read_streaks
from gamification.streaks.kinds import GAME
from gamification.streaks.walks.walking import Walk, walk
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

FACTS: Final = frozenset({StreakExtended.name, StreakLost.name, StreakRepaired.name})


def walks_of(
    *, program: Program, streaks: Mapping[Id, Streak], pairs: Sequence[Pair], at: datetime
) -> dict[Pair, Walk]:
    """These streaks from their first deed to now, read and not written."""
    if not pairs:
        return {}
    clocks = clocks_of(program=program, streaks=streaks, pairs=pairs)
    courses = read_courses(streaks=streaks, clocks=clocks, since={})
    return {pair: walk(kept.course, now=at) for pair, kept in courses.items()}


def lengths_reached(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    """The period, by its beginning, in which each member's walk first had each length; `current`: in the present run."""
    found = Definition.objects.filter(program=program, game=GAME, slug=spec.told["streak"]).first()
    streaks = read_streaks(program=program, streak_ids={found.pk}) if found else {}
    if found is None or not streaks:
        return []
    pairs = [(found.pk, member_id) for member_id in member_ids]
    is_now = spec.told.get("which", "longest") == "current"
    walks = walks_of(program=program, streaks=streaks, pairs=pairs, at=at)
    return [
        _crossing(walked, member_id, target, is_now=is_now)
        for (_streak, member_id), walked in walks.items()
        for target in targets
        if (walked.current if is_now else walked.longest) >= target
    ]


def _crossing(walked: Walk, member_id: Id, target: int, *, is_now: bool) -> Crossing:
    steps = walked.steps
    if is_now:
        # Only the run that still holds.
        begins = max((number + 1 for number, step in enumerate(steps) if step.ended), default=0)
        steps = steps[begins:]
    reached = next(step for step in steps if step.length >= target)
    return Crossing(
        member_id=member_id,
        key="",
        target=target,
        at=reached.span.starts_at,
        value=walked.current if is_now else walked.longest,
    )
