"""Pausing: a member says beforehand on which days the streak rests; at most thirty days of a year (G-61)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gamification.criteria.life.catalogue import Live
from gamification.streaks.keeping.courses import clocks_of, read_streaks
from gamification.streaks.keeping.settling import settle
from gamification.streaks.keeping.states import Wake, hold_states
from gamification.streaks.kinds import ACTOR_LENGTH_MAX, REASON_LENGTH_MAX
from gamification.streaks.models import StreakPause
from gamification.streaks.refusals import PauseLimit, PauseOverlaps, PauseTooLate
from gamification.streaks.walks.terms import PAUSE_DAYS_A_YEAR_MAX
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.units import unit_of_work
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Days:
    """Days of rest, both included; whoever asks for somebody else says why."""

    first: date
    last: date
    reason: str = ""


@unit_of_work
def declare_pause(
    *,
    program: Program,
    streak: Live,
    member_id: Id,
    days: Days,
    actor: Actor,
    at: datetime,
) -> StreakPause:
    """Pause a streak on these days, both included. Raises PauseTooLate, PauseLimit, PauseOverlaps, Malformed."""
    first, last = days.first, days.last
    if last < first:
        message = PauseOverlaps.title
        raise Malformed(problems=[Problem(pointer="/last", code="too_small", message=message)])
    pair = (streak.definition_id, member_id)
    streaks = read_streaks(program=program, streak_ids={streak.definition_id})
    hold_states(program=program, pairs=[pair])
    clock = clocks_of(program=program, streaks=streaks, pairs=[pair])[pair]
    earliest = local_day(at, clock.at(at).zone) + _DAY
    if first < earliest:
        raise PauseTooLate(earliest=earliest)
    _refuse_overlaps(pair, first, last)
    _refuse_too_many(pair, first, last)
    pause = StreakPause.objects.create(
        streak_id=streak.definition_id,
        member_id=member_id,
        first=first,
        last=last,
        reason=days.reason[:REASON_LENGTH_MAX],
        declared_at=at,
        actor=actor.shown[:ACTOR_LENGTH_MAX],
    )
    settle(program=program, streaks=streaks, pairs=[pair], wake=Wake(), at=at)
    return pause  # fmt: skip


def _refuse_overlaps(pair: tuple[Id, Id], first: date, last: date) -> None:
    taken = StreakPause.objects.filter(streak_id=pair[0], member_id=pair[1])
    if taken.filter(first__lte=last, last__gte=first).exists():
        raise PauseOverlaps


def _refuse_too_many(pair: tuple[Id, Id], first: date, last: date) -> None:
    """Days are counted in the calendar year in which they lie."""
    taken = StreakPause.objects.filter(
        streak_id=pair[0], member_id=pair[1], last__year__gte=first.year, first__year__lte=last.year
    )
    spans = [(row.first, row.last) for row in taken]
    for year in range(first.year, last.year + 1):
        used = sum(_days_in(year, *span) for span in spans)
        if used + _days_in(year, first, last) > PAUSE_DAYS_A_YEAR_MAX:
            left = PAUSE_DAYS_A_YEAR_MAX - used
            raise PauseLimit(days_max=PAUSE_DAYS_A_YEAR_MAX, days_left=left, year=year)


def _days_in(year: int, first: date, last: date) -> int:
    begins, ends = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    return max(0, (ends - begins).days + 1)
