"""Ways: how one member can earn today: each live rule with its limit, how much of it is used, and what stands against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext as _

from loyalty.earning.rules.clauses import Clause, PerPeriod
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.telling import words
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.segments.segmenting import segments_of
from loyalty.programs.calendar import Unit, first_day_after, first_day_of, local_day, zone_named
from loyalty.programs.models import Program
from loyalty.programs.texts import in_words
from loyalty.programs.times.windows import any_holds

# What is told in its own words beside the sentence, or means nothing to a customer.
_BESIDE: Final = ("starts_at", "ends_at", "tiers", "segments", "expression", "limits")
_USED: Final = """
    SELECT s.at::int, COALESCE(sum(e.points - e.claimed), 0)::bigint, count(e.id) FILTER (WHERE e.claimed < e.points)
    FROM unnest(%s::uuid[], %s::date[], %s::date[]) WITH ORDINALITY AS s (rule_id, first, after, at)
    LEFT JOIN loyalty_earning e
        ON e.member_id = %s AND e.rule_id = s.rule_id AND e.day >= s.first AND e.day < s.after
    GROUP BY s.at
"""


class WayState(StrEnum):
    """Whether something can be earned by it now."""

    OPEN = "open"
    DONE = "done"  # its limit is used up; `again_on` says until when
    LATER = "later"  # it begins, or its hours come
    OTHER_TIER = "other_tier"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """So many points, or times, in one calendar period, and what is used of it."""

    what: str  # points or times
    most: int
    used: int
    period: str
    again_on: date | None

    @property
    def sentence(self) -> str:
        """`at most 200 points a month`, for whoever has used nothing of it."""
        period = words.period(self.period)
        if self.what == "points":
            most = words.points(self.most)
            return _("at most {points} {period}").format(points=most, period=period)
        return _("at most {times} times {period}").format(times=self.most, period=period)


@dataclass(frozen=True, kw_only=True, slots=True)
class EarningWay:
    """One rule as a customer reads it."""

    name: str
    sentence: str
    currency: str
    state: WayState
    limits: Sequence[Limit]
    tiers: Sequence[str]
    starts_at: datetime | None
    ends_at: datetime | None
    has_conditions: bool

    @property
    def again_on(self) -> date | None:
        """The first day on which a limit that is used up begins anew."""
        days = [each.again_on for each in self.limits if each.used >= each.most and each.again_on]
        return max(days) if days else None


def ways_to_earn(
    *, program: Program, member_id: Id | None, tier: str | None, at: datetime
) -> list[EarningWay]:
    """Every live rule that may concern this member, in the active language; open ones first.

    Rules of a segment are told only to its members. Three queries for any number, one for a guest.
    """
    rules = rule_set_of(program)
    clauses = [clause for clause in _live(rules, at=at) if _is_told(clause, at=at)]
    segments = _segments(member_id)
    clauses = [each for each in clauses if not each.segments or each.segments & segments]
    limits = _limits(program, clauses, member_id=member_id, day=local_day(at, program.zone))
    ways = [
        _way(program, clause, limits.get(clause.rule_id, ()), tier=tier, at=at)
        for clause in clauses
    ]
    return sorted(ways, key=lambda way: way.state != WayState.OPEN)


def _live(rules: RuleSet, *, at: datetime) -> list[Clause]:
    standings = [standing for track in rules.tracks if (standing := track.standing_at(at))]
    return sorted((clause for clause, is_live in standings if is_live), key=lambda each: each.rank)


def _is_told(clause: Clause, *, at: datetime) -> bool:
    return clause.ends_at is None or at < clause.ends_at


def _segments(member_id: Id | None) -> frozenset[str]:
    if member_id is None:
        return frozenset()
    rows = segments_of(member_ids=[member_id]).get(member_id, [])
    return frozenset(row.segment for row in rows if row.left_at is None)


def _way(
    program: Program,
    clause: Clause,
    limits: Sequence[Limit],
    *,
    tier: str | None,
    at: datetime,
) -> EarningWay:
    plain = {key: value for key, value in clause.definition.items() if key not in _BESIDE}
    return EarningWay(
        name=in_words(clause.definition["name"]),
        sentence=rule_sentence(plain, money=program.currency, zone=program.zone),
        currency=clause.currency,
        state=_state(clause, limits, tier=tier, at=at, zone=program.zone),
        limits=limits,
        tiers=sorted(clause.tiers),
        starts_at=clause.starts_at if clause.starts_at and at < clause.starts_at else None,
        ends_at=clause.ends_at,
        has_conditions=bool(clause.definition.get("expression")),
    )


def _state(
    clause: Clause, limits: Sequence[Limit], *, tier: str | None, at: datetime, zone: str
) -> WayState:
    if clause.tiers and tier not in clause.tiers:
        return WayState.OTHER_TIER
    if any(each.used >= each.most for each in limits):
        return WayState.DONE
    is_early = clause.starts_at is not None and at < clause.starts_at
    local = at.astimezone(zone_named(zone))
    if is_early or (clause.windows and not any_holds(clause.windows, local)):
        return WayState.LATER
    return WayState.OPEN


def _limits(
    program: Program, clauses: Sequence[Clause], *, member_id: Id | None, day: date
) -> Mapping[Id, list[Limit]]:
    """The limits of each rule with what this member has used of them; one query for any number."""
    asked = [
        (clause.rule_id, what, each)
        for clause in clauses
        for what, limits in (
            ("points", clause.limits.points_per_member),
            ("times", clause.limits.times),
        )
        for each in limits
    ]
    week = program.week_starts_on
    firsts = [first_day_of(each.unit, day, week_starts_on=week) for _rule, _what, each in asked]
    afters = [first_day_after(each.unit, day, week_starts_on=week) for _rule, _what, each in asked]
    used: dict[int, tuple[Any, ...]] = {}
    if asked and member_id is not None:
        rows = run(_USED, [[rule_id for rule_id, *_rest in asked], firsts, afters, member_id])
        used = {row[0]: row[1:] for row in rows}
    told: dict[Id, list[Limit]] = {}
    for place, (rule_id, what, each) in enumerate(asked, start=1):
        points, times = used.get(place, (0, 0))
        spent = points if what == "points" else times
        told.setdefault(rule_id, []).append(_limit(what, each, spent, after=afters[place - 1]))
    return told


def _limit(what: str, each: PerPeriod, used: int, *, after: date) -> Limit:
    return Limit(
        what=what,
        most=each.most,
        used=min(used, each.most),
        period=each.unit.value,
        again_on=None if each.unit is Unit.EVER else after,
    )
