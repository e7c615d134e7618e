"""Rebuilding: what was done in each period and where the walks ended, worked out again from deeds (G-9, V-36)."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final, TypeAlias

from gamification.criteria.life.catalogue import book_of
from gamification.streaks.keeping.courses import read_streaks
from gamification.streaks.keeping.following import FIRST
from gamification.streaks.keeping.settling import settle
from gamification.streaks.keeping.states import Wake
from gamification.streaks.kinds import GAME
from gamification.streaks.models import StreakDay, StreakState
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import rehearse, unit_of_work
from loyalty.members.persons import member_ids_after
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, every_program

PAGE: Final = 500
Rows: TypeAlias = dict[str, str]


@rebuilds("streaks")
def rebuild_streaks(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Every period and every kept end, page by page; nobody is told."""
    for program in every_program():
        if scope.program_id not in {None, program.pk}:
            continue
        for page in _pages(program, scope):
            work = rehearse(_rebuild, answer=list) if dry_run else _rebuild
            yield from work(program=program, member_ids=page, at=now_of(program))


def _pages(program: Program, scope: Scope) -> Iterator[list[Id]]:
    if scope.member_id is not None:
        yield [scope.member_id]
        return
    after: Id | None = None
    while page := member_ids_after(program_id=program.pk, after=after, limit=PAGE):
        after = page[-1]
        yield page


@unit_of_work
def _rebuild(*, program: Program, member_ids: Collection[Id], at: datetime) -> list[Difference]:
    streaks = read_streaks(
        program=program,
        streak_ids=[each.definition_id for each in book_of(program).of(GAME)],
    )
    pairs = [(streak_id, member_id) for streak_id in streaks for member_id in member_ids]
    before = _rows(streaks, member_ids)
    wake = Wake(
        ranges=dict.fromkeys(pairs, (FIRST, at)),
        changed_from=dict.fromkeys(pairs),
        quiet=frozenset(member_ids),
    )
    settle(program=program, streaks=streaks, pairs=pairs, wake=wake, at=at)
    after = _rows(streaks, member_ids)
    return [
        Difference(row=row, found=before.get(row, "-"), rebuilt=after.get(row, "-"))
        for row in sorted({*before, *after})
        if before.get(row) != after.get(row)
    ]


def _rows(streak_ids: Collection[Id], member_ids: Collection[Id]) -> Rows:
    """Each period's value and each kept end, as text; an end at nothing is none."""
    days = StreakDay.objects.filter(streak_id__in=streak_ids, member_id__in=member_ids)
    ends = StreakState.objects.filter(
        streak_id__in=streak_ids, member_id__in=member_ids, longest__gt=0
    )
    rows = {
        f"{_name(day.streak_id, day.member_id)} {day.period_key}": f"{day.value} {day.early_value}"
        for day in days
    }
    return rows | {
        _name(end.streak_id, end.member_id): f"{end.current} {end.longest} {end.freezes}"
        for end in ends
    }


def _name(streak_id: Id, member_id: Id) -> str:
    return f"{shown('stk', streak_id)} {shown('mem', member_id)}"
