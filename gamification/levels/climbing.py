"""Climbing: members come to levels, once each; a level pays once and is never lost (G-76)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from gamification.criteria.facts import DeedsChanged
from gamification.criteria.life.catalogue import Book
from gamification.criteria.measures.counting import Crossing, Who, crossings
from gamification.criteria.merging import hands_over
from gamification.criteria.switches import playing
from gamification.levels.curves import Curve, curve_of
from gamification.levels.facts import LevelBackfilled, LevelReached
from gamification.levels.kinds import GAME
from gamification.levels.models import LevelMark
from gamification.prizes.giving import give, hold_members
from gamification.prizes.kinds import PrizeWish
from loyalty.foundation.database.looking import one_hearing
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program

_MARK: Final = """
    INSERT INTO gamification_levelmark
        (id, definition_id, version_id, member_id, level, experience, reached_at, noticed_at)
    SELECT told.id, %s, %s, told.member_id, told.level, told.experience, told.reached_at, %s
    FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::bigint[], %s::timestamptz[])
         AS told (id, member_id, level, experience, reached_at)
    ORDER BY told.member_id, told.level
    ON CONFLICT (definition_id, member_id, level) DO NOTHING
    RETURNING member_id, level, reached_at
"""


@one_hearing()
@inside_unit_of_work
def follow(*, program: Program, book: Book, facts: Sequence[DeedsChanged], at: datetime) -> None:
    """Look at the curves that these changes wake; imported history is noticed without a word."""
    for is_silent in (False, True):
        some = [fact for fact in facts if fact.is_silent is is_silent]
        kinds = {kind for fact in some for kind in fact.kinds.split(",")}
        members = {fact.member_id for fact in some if fact.member_id}
        for live in book.woken(GAME, kinds):
            climb(
                program=program,
                curve=curve_of(live),
                member_ids=members,
                is_silent=is_silent,
                at=at,
            )


@inside_unit_of_work
def climb(
    *, program: Program, curve: Curve, member_ids: Collection[Id], is_silent: bool, at: datetime
) -> None:
    """Mark the levels that these members have come to, pay each once, and tell it. A constant number of statements."""
    book = hold_members(program=program, member_ids=set(member_ids), at=at)
    found = _reached(curve, playing(GAME, member_ids))
    fresh = _mark(curve, found, at=at)
    wishes = [
        _wish(curve, member_id, level, reached_at)
        for member_id, levels in fresh.items()
        for level, reached_at in levels
        if level in curve.prizes
    ]
    give(program=program, wishes=wishes, at=at, book=book)
    told = LevelBackfilled if is_silent else LevelReached
    announce(
        [
            told(
                program_id=program.pk,
                member_id=member_id,
                at=at,
                curve_id=curve.live.definition_id,
                slug=curve.live.slug,
                version=curve.live.number,
                occasion=str(max(levels)[0]),
                level=max(levels)[0],
                levels=len(levels),
                reached_at=max(levels)[1].isoformat(),
            )
            for member_id, levels in fresh.items()
        ]
    )


@hands_over
def hand_marks_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """Levels go over to the survivor of a merge; one that both have stays with who was merged (G-10)."""
    rows = LevelMark.objects.filter(
        definition__program=program, member_id__in={*gone, *gone.values()}
    )
    taken = {(r.definition_id, r.member_id, r.level) for r in rows if r.member_id not in gone}
    moved = []
    for row in rows.filter(member_id__in=gone).order_by("pk"):
        place = (row.definition_id, gone[row.member_id], row.level)
        if place not in taken:
            taken.add(place)
            row.member_id = place[1]
            moved.append(row)
    LevelMark.objects.bulk_update(moved, ["member_id"])


def _reached(curve: Curve, member_ids: Sequence[Id]) -> list[Crossing]:
    who = [Who(member_id=each) for each in member_ids]
    if not who:
        return []
    return crossings(spec=curve.spec, zone=curve.live.zone, who=who, targets=sorted(curve.steps))


def _mark(
    curve: Curve, found: Sequence[Crossing], *, at: datetime
) -> dict[Id, list[tuple[int, datetime]]]:
    """Write what is new; answers it by member."""
    fresh: defaultdict[Id, list[tuple[int, datetime]]] = defaultdict(list)
    if not found:
        return fresh
    rows = run(
        _MARK,
        [
            curve.live.definition_id,
            curve.live.version_id,
            at,
            [new_id() for _each in found],
            [each.member_id for each in found],
            [curve.steps[each.target] for each in found],
            [each.value for each in found],
            [each.at for each in found],
        ],
    )
    for member_id, level, reached_at in rows:
        fresh[member_id].append((level, reached_at))
    return fresh


def _wish(curve: Curve, member_id: Id, level: int, reached_at: datetime) -> PrizeWish:
    return PrizeWish(
        game=GAME,
        definition_id=curve.live.definition_id,
        version_id=curve.live.version_id,
        occasion=str(level),
        member_id=member_id,
        item="level",
        prize=curve.prizes[level],
        earned_at=reached_at,
    )
