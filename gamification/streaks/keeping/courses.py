"""Courses: the streaks of a programme as they were worded, and all that the walks of some members look at."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from gamification.criteria.measures.specs import Spec, read_spec
from gamification.criteria.models import DefinitionVersion
from gamification.streaks.kinds import FreezeKind
from gamification.streaks.models import ZoneChange
from gamification.streaks.walks.boundaries import Clock, ZoneMove
from gamification.streaks.walks.terms import Terms
from gamification.streaks.walks.walking import Course, Day, Gift, Pause
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.persons import zones_of
from loyalty.programs.tenants import Program

# A member's way along one streak.
Pair: TypeAlias = tuple[Id, Id]

_DAYS: Final = """
    SELECT d.streak_id, d.member_id, d.first, d.value, d.early_value
    FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[]) AS pair (streak_id, member_id, since)
    JOIN gamification_streakday d
      ON d.streak_id = pair.streak_id AND d.member_id = pair.member_id AND d.starts_at >= pair.since
"""
_MARKS: Final = """
    WITH pair AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[]) AS pair (streak_id, member_id)
    )
    SELECT i.streak_id, i.member_id, i.kind, i.occasion, i.quantity, i.at, NULL::date, NULL::date
    FROM pair JOIN gamification_freezeitem i USING (streak_id, member_id)
    UNION ALL
    SELECT p.streak_id, p.member_id, 'pause', '', 0, p.declared_at, p.first, p.last
    FROM pair JOIN gamification_streakpause p USING (streak_id, member_id)
    UNION ALL
    SELECT r.streak_id, r.member_id, 'repair', r.period_key, 0, r.at, NULL, NULL
    FROM pair JOIN gamification_repair r USING (streak_id, member_id)
    ORDER BY 6
"""
_EVER: Final = datetime.fromisoformat("0001-01-03T00:00:00+00:00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """One published version of a streak."""

    version_id: Id
    since: datetime
    terms: Terms
    spec: Spec


@dataclass(frozen=True, kw_only=True, slots=True)
class Streak:
    """A streak with all its wordings, the first one first. Its clock is that of the first for ever."""

    id: Id
    program_id: Id
    zone: str
    counts_from: datetime | None
    wordings: Sequence[Wording]

    @property
    def terms(self) -> Terms:
        """What holds for a period that begins now."""
        return self.wordings[-1].terms

    @property
    def spec(self) -> Spec:
        """What is measured in a period that begins now."""
        return self.wordings[-1].spec

    @property
    def first_terms(self) -> Terms:
        """The first wording's, whose clock the streak keeps for ever."""
        return self.wordings[0].terms

    def wording_at(self, at: datetime) -> Wording:
        """The wording in force at an instant; before the first, the first."""
        in_force = [each for each in self.wordings if each.since <= at]
        return in_force[-1] if in_force else self.wordings[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moves:
    """What was written down of freezes: kind, occasion and how often."""

    used: Mapping[str, list[str]]
    earned: Mapping[str, list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A member's course, and the freezes that earlier walks have written down."""

    course: Course
    moves: Moves


def read_streaks(*, program: Program, streak_ids: Collection[Id]) -> dict[Id, Streak]:
    """These streaks with every wording that was ever in force; one query."""
    rows = DefinitionVersion.objects.filter(
        definition_id__in=set(streak_ids), published_at__isnull=False
    )
    versions = defaultdict(list)
    for row in rows.order_by("definition_id", "number"):
        versions[row.definition_id].append(row)
    return {each: _streak(program, rows) for each, rows in versions.items()}


def _streak(program: Program, versions: Sequence[DefinitionVersion]) -> Streak:
    first = versions[0]
    assert first.published_at is not None
    return Streak(
        id=first.definition_id,
        program_id=program.pk,
        zone=first.zone,
        counts_from=first.published_at if first.grant_existing == "none" else None,
        wordings=[_wording(program, row) for row in versions],
    )


def _wording(program: Program, row: DefinitionVersion) -> Wording:
    assert row.published_at is not None
    spec = read_spec(row.settings["condition"]["measure"], program=program, zone=row.zone)
    return Wording(
        version_id=row.pk,
        since=row.published_at,
        terms=Terms.read(row.settings),
        spec=spec,
    )


def clocks_of(
    *, program: Program, streaks: Mapping[Id, Streak], pairs: Collection[Pair]
) -> dict[Pair, Clock]:
    """Each member's own periods of each streak; two queries where a streak goes by the member's clock."""
    travelling = {member for streak, member in pairs if streaks[streak].first_terms.by_member_zone}
    moves = _moves_of(travelling)
    homes = zones_of(travelling) if travelling else {}
    shared = {each.id: _clock(each, each.zone, ()) for each in streaks.values()}
    clocks = {}
    for streak_id, member_id in pairs:
        streak = streaks[streak_id]
        if not streak.first_terms.by_member_zone:
            clocks[streak_id, member_id] = shared[streak_id]
            continue
        asked = moves.get(member_id, [])
        home = asked[0].was if asked else homes.get(member_id, "")
        clocks[streak_id, member_id] = _clock(
            streak,
            home or streak.zone,
            [ZoneMove(asked_at=row.asked_at, zone=row.zone or streak.zone) for row in asked],
        )
    return clocks


def _clock(streak: Streak, zone: str, moves: Sequence[ZoneMove]) -> Clock:
    terms = streak.first_terms
    return Clock(unit=terms.unit, zone=zone, moves=moves, day_start=terms.day_start)


def _moves_of(member_ids: Collection[Id]) -> dict[Id, list[ZoneChange]]:
    moves = defaultdict(list)
    if member_ids:
        for row in ZoneChange.objects.filter(member_id__in=member_ids).order_by("asked_at"):
            moves[row.member_id].append(row)
    return moves


def read_courses(
    *,
    streaks: Mapping[Id, Streak],
    clocks: Mapping[Pair, Clock],
    since: Mapping[Pair, datetime | None],
) -> dict[Pair, Kept]:
    """What the walks of these pairs look at, days only from an instant on; two queries."""
    pairs = sorted(clocks)
    streak_ids, member_ids = [list(each) for each in zip(*pairs, strict=True)]
    days: dict[Pair, dict[Any, Day]] = defaultdict(dict)
    starts = [since.get(pair) or _EVER for pair in pairs]
    for streak_id, member_id, first, value, early in run(_DAYS, [streak_ids, member_ids, starts]):
        days[streak_id, member_id][first] = Day(value=value, early=early)
    marks: dict[Pair, list[Any]] = defaultdict(list)
    for streak_id, member_id, *mark in run(_MARKS, [streak_ids, member_ids]):
        marks[streak_id, member_id].append(mark)
    return {
        pair: _kept(streaks[pair[0]], clocks[pair], days.get(pair, {}), marks.get(pair, []))
        for pair in pairs
    }


def _kept(
    streak: Streak, clock: Clock, days: Mapping[Any, Day], marks: Sequence[Sequence[Any]]
) -> Kept:
    of_kind = defaultdict(list)
    for mark in marks:
        of_kind[mark[0]].append(mark[1:])
    course = Course(
        clock=clock,
        terms=streak.first_terms,
        later_terms=[(each.since, each.terms) for each in streak.wordings[1:]],
        days=days,
        gifts=[
            Gift(at=at, quantity=quantity)
            for _occasion, quantity, at, _first, _last in of_kind[FreezeKind.GRANTED]
        ],
        pauses=[Pause(first=first, last=last) for *_rest, first, last in of_kind["pause"]],
        repairs=frozenset(key for key, *_rest in of_kind["repair"]),
    )
    return Kept(
        course=course,
        moves=Moves(
            used=_by_key(of_kind[FreezeKind.USED], of_kind[FreezeKind.RETURNED]),
            earned=_by_key(of_kind[FreezeKind.EARNED], of_kind[FreezeKind.EXPIRED]),
        ),
    )


def _by_key(came: Sequence[Any], went: Sequence[Any]) -> dict[str, list[str]]:
    """Occasions by their period, coming and going in turns."""
    by_key = defaultdict(list)
    for mark in [*came, *went]:
        by_key[mark[0].partition("#")[0]].append(mark[0])
    return dict(by_key)
