"""Following: deeds, midnights and journeys wake streaks up; all that they concern is settled in one go (G-8, G-64)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db.models import Min

from gamification.criteria.facts import DeedsChanged
from gamification.criteria.kinds import DefinitionState
from gamification.criteria.life.catalogue import Book, programs_with_books
from gamification.criteria.switches import switched_off
from gamification.streaks.keeping.courses import Pair, read_streaks
from gamification.streaks.keeping.settling import settle
from gamification.streaks.keeping.states import Wake
from gamification.streaks.kinds import GAME
from gamification.streaks.models import StreakState, ZoneChange
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.facts import MemberZoneChanged
from loyalty.outbox.facts import Fact
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program

F = TypeVar("F", bound=Fact)

CHUNK: Final = 500  # streaks whose deadline passed, settled in one unit
FIRST: Final = datetime.fromisoformat("1970-01-02T00:00:00+00:00")
# A new zone may move the border of the period that was running when it was asked for.
_BEFORE_A_MOVE: Final = timedelta(days=1)


@one_hearing()
@inside_unit_of_work
def follow(facts: Sequence[DeedsChanged]) -> None:
    """Deeds came or were corrected: count the periods that they touch anew, and walk."""
    for program, book, told in _by_program(facts):
        ranges: dict[Pair, tuple[datetime, datetime]] = {}
        for fact in told:
            assert fact.member_id is not None
            for live in book.woken(GAME, fact.kinds.split(",")):
                pair = (live.definition_id, fact.member_id)
                first, last = ranges.get(pair, (fact.first_at, fact.last_at))
                ranges[pair] = (min(first, fact.first_at), max(last, fact.last_at))
        loud = {fact.member_id for fact in told if not fact.is_silent}
        quiet = {member for _streak, member in ranges if member not in loud}
        _settle(program, ranges, quiet=quiet, at=now_of(program))


@inside_unit_of_work
def follow_zones(facts: Sequence[MemberZoneChanged]) -> None:
    """Members live by other clocks now: write down since when, and cut their periods anew from there (G-56)."""
    ZoneChange.objects.bulk_create(
        [
            ZoneChange(member_id=each.member_id, was=each.before, zone=each.after, asked_at=each.at)
            for each in facts
            if each.member_id
        ],
        ignore_conflicts=True,
    )
    for program, book, told in _by_program(facts):
        now = now_of(program)
        travelling = [
            live.definition_id for live in book.of(GAME) if live.settings.get("clock") == "member"
        ]
        ranges = {
            (streak_id, fact.member_id): (fact.at - _BEFORE_A_MOVE, max(now, fact.at))
            for fact in told
            if fact.member_id
            for streak_id in travelling
        }
        _settle(program, ranges, quiet=set(), at=now)


@inside_unit_of_work
def catch_up(
    *, program: Program, streak_id: Id, member_ids: Collection[Id], at: datetime, is_silent: bool
) -> None:
    """Count and walk a streak of these members from their first deed on: publishing, resuming, rebuilding (G-26)."""
    ranges = {(streak_id, member_id): (FIRST, at) for member_id in member_ids}
    quiet = set(member_ids) if is_silent else set()
    _settle(program, ranges, quiet=quiet, at=at)


def earliest_deadline(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """For each programme the first deadline of a live streak that has passed by then."""
    rows = StreakState.objects.filter(deadline__lte=until, streak__state=DefinitionState.LIVE)
    if program_id is not None:
        rows = rows.filter(program_id=program_id)
    return dict(rows.values_list("program_id").annotate(Min("deadline")))


@inside_unit_of_work
def settle_due(*, program: Program, at: datetime) -> bool:
    """Streaks whose deadline has passed: frozen or lost. True if there may be more."""
    due = StreakState.objects.filter(
        program=program, deadline__lte=at, streak__state=DefinitionState.LIVE
    )
    pairs = list(due.order_by("deadline").values_list("streak_id", "member_id")[:CHUNK])
    if pairs:
        streaks = read_streaks(program=program, streak_ids={streak for streak, _ in pairs})
        quiet = _quiet(program, {member for _, member in pairs})
        settle(program=program, streaks=streaks, pairs=pairs, wake=Wake(quiet=quiet), at=at)
    return len(pairs) == CHUNK


def _settle(
    program: Program,
    ranges: Mapping[Pair, tuple[datetime, datetime]],
    *,
    quiet: Collection[Id],
    at: datetime,
) -> None:
    if not ranges:
        return
    streaks = read_streaks(program=program, streak_ids={streak for streak, _ in ranges})
    members = {member for _, member in ranges}
    wake = Wake(
        ranges=ranges,
        changed_from={pair: first for pair, (first, _last) in ranges.items()},
        silent=frozenset(quiet),
        quiet=_quiet(program, members),
    )
    settle(program=program, streaks=streaks, pairs=list(ranges), wake=wake, at=at)


def _quiet(program: Program, member_ids: Collection[Id]) -> frozenset[Id]:
    """Those who switched streaks off: what they did is kept, nobody is told (G-29)."""
    return frozenset(switched_off(program=program, game=GAME, member_ids=member_ids))


def _by_program(facts: Sequence[F]) -> list[tuple[Program, Book, list[F]]]:
    told: dict[Id, list[F]] = defaultdict(list)
    for fact in facts:
        told[fact.program_id].append(fact)
    return [(program, book, told[program.pk]) for program, book in programs_with_books(told)]
