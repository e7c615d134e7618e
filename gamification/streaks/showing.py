"""Showing: a member's streaks as they stand now, walked from what is kept; nothing is written (G-64, G-65)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.life.catalogue import Live, book_of
from gamification.criteria.switches import has_switched_off
from gamification.streaks.keeping.courses import (
    Kept,
    Pair,
    Streak,
    clocks_of,
    read_courses,
    read_streaks,
)
from gamification.streaks.keeping.states import standing_of
from gamification.streaks.kinds import GAME, Verdict
from gamification.streaks.models import StreakState
from gamification.streaks.walks.terms import REPAIR_PERIODS_MAX
from gamification.streaks.walks.walking import Standing, Step, Walk, walk
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program

Json = dict[str, Any]
PERIODS_SHOWN: Final = 14


def show_streaks(*, program: Program, member_id: Id, at: datetime) -> list[Json]:
    """Every live or paused streak of the programme, as this member has it; a constant number of queries."""
    lives = [each for each in book_of(program).definitions if each.game == GAME]
    if not lives:
        return []
    pairs = [(each.definition_id, member_id) for each in lives]
    streaks = read_streaks(program=program, streak_ids=[each.definition_id for each in lives])
    clocks = clocks_of(program=program, streaks=streaks, pairs=pairs)
    starts = _standings(pairs)
    courses = read_courses(
        streaks=streaks,
        clocks=clocks,
        since={pair: start.ends_at for pair, start in starts.items()},
    )
    is_off = has_switched_off(program=program, game=GAME, member_id=member_id)
    return [
        {
            **_shown(live, streaks[pair[0]], courses[pair], start=starts.get(pair), at=at),
            "switched_off": is_off,
        }
        for live, pair in zip(lives, pairs, strict=True)
    ]


def show_streak(*, program: Program, streak: Live, member_id: Id, at: datetime) -> Json:
    """One of them."""
    shown = show_streaks(program=program, member_id=member_id, at=at)
    return next(each for each in shown if each["slug"] == streak.slug)


def periods_of(*, program: Program, streak: Live, member_id: Id, at: datetime) -> tuple[Kept, Walk]:
    """A member's whole walk of one streak, for an explanation."""
    pair = (streak.definition_id, member_id)
    streaks = read_streaks(program=program, streak_ids=[streak.definition_id])
    clocks = clocks_of(program=program, streaks=streaks, pairs=[pair])
    kept = read_courses(streaks=streaks, clocks=clocks, since={})[pair]
    return kept, walk(kept.course, now=at)


def show_step(step: Step) -> Json:
    """One period, with what it came to."""
    return {
        "period": step.span.key,
        "verdict": step.verdict.value,
        "value": step.value,
        "length": step.length,
        "starts_at": step.span.starts_at,
        "ends_at": step.span.ends_at,
    }


def _standings(pairs: Sequence[Pair]) -> dict[Pair, Standing]:
    rows = StreakState.objects.filter(
        member_id=pairs[0][1], streak_id__in=[streak for streak, _ in pairs]
    )
    kept = {(row.streak_id, row.member_id): standing_of(row.checkpoint) for row in rows}
    return {pair: standing for pair, standing in kept.items() if standing is not None}


def _shown(live: Live, streak: Streak, kept: Kept, *, start: Standing | None, at: datetime) -> Json:
    walked = walk(kept.course, now=at, start=start)
    terms = streak.terms
    span = kept.course.clock.at(at)
    today = next((step for step in reversed(walked.steps) if step.span == span), None)
    return {
        "id": live.shown_id,
        "slug": live.slug,
        "name": live.name,
        "state": live.state,
        "period": terms.unit.value,
        "current": walked.current,
        "longest": walked.longest,
        "deadline": walked.deadline,
        "time_zone": span.zone,
        "now": {
            "period": span.key,
            "value": today.value if today else 0,
            "need": terms.need,
            "is_done": bool(today and today.verdict is Verdict.DONE),
            "ends_at": span.ends_at,
        },
        "freezes": {
            "owned": walked.freezes,
            "max": terms.cap,
            "every": terms.earn_every,
            "next_in": _until_freeze(walked, terms.earn_every),
        },
        "periods": [show_step(step) for step in walked.steps[-PERIODS_SHOWN:]],
        "pauses": [
            {"first": pause.first, "last": pause.last}
            for pause in kept.course.pauses
            if pause.last >= local_day(at, span.zone)
        ],
        "repair": _repair(walked),
    }


def _until_freeze(walked: Walk, every: int) -> int:
    """How many periods more have to be done for the next freeze."""
    return every - walked.current % every


def _repair(walked: Walk) -> Mapping[str, Any] | None:
    """The last loss, while it can be made good."""
    begins = [number for number, step in enumerate(walked.steps) if step.ended]
    if not begins:
        return None
    over = [step for step in walked.steps if step.verdict is not Verdict.OPEN]
    left = REPAIR_PERIODS_MAX - (len(over) - begins[-1])
    lost = walked.steps[begins[-1]]
    if left < 0:
        return None
    return {"period": lost.span.key, "length": lost.ended, "periods_left": left}
