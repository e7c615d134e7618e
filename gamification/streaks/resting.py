"""Resting: the shop is closed on some days, and no streak is lost on them: a next version for everybody (G-58, G-22)."""

from datetime import datetime, timedelta
from typing import Final

from gamification.criteria.life.catalogue import Live
from gamification.criteria.life.publishing import draft_version
from gamification.criteria.models import DefinitionVersion
from gamification.streaks.kinds import GAME
from gamification.streaks.pausing import Days
from gamification.streaks.refusals import PauseTooLate, ReasonMissing
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program

DAYS_MAX: Final = 31  # in one go: a month of holidays
_DAY: Final = timedelta(days=1)


def rest_for_everybody(
    *, program: Program, streak: Live, days: Days, actor: Actor, at: datetime
) -> DefinitionVersion:
    """Draft the next version of a streak that rests on these days as well; it is previewed and published like any other.

    Raises ReasonMissing, PauseTooLate, Malformed and what drafting raises.
    """
    if not days.reason.strip():
        raise ReasonMissing(pointer="/reason")
    earliest = local_day(at, program.zone) + _DAY
    if days.first < earliest:
        raise PauseTooLate(earliest=earliest)
    length = (days.last - days.first).days + 1
    if not 1 <= length <= DAYS_MAX:
        code = "too_small" if length < 1 else "too_large"
        raise Malformed(problems=[Problem(pointer="/last", code=code, message=Malformed.title)])
    rest = dict(streak.settings.get("rest", {}))
    closed = {(days.first + number * _DAY).isoformat() for number in range(length)}
    rest["dates"] = sorted({*rest.get("dates", ()), *closed})
    told = {
        "slug": streak.slug,
        "name": dict(streak.texts),
        **streak.settings,
        "rest": rest,
        "grant_existing": streak.grant_existing,
    }
    return draft_version(program=program, game=GAME, told=told, actor=actor, at=at)
