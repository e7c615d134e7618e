"""Switches: a member may switch off one game or all; deeds go on, and nothing is decided (G-29)."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final, TypeAlias

from django.db.models import Exists, OuterRef, Q

from gamification.criteria.life.backfilling import ask_for_member
from gamification.criteria.models import PlaySetting
from loyalty.foundation.database.looking import seen_once
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.members.persons import active_ids
from loyalty.programs.tenants import Program

# Games that have to hear of it at once: boards, from which who switched them off is gone.
Heard: TypeAlias = Callable[[Id], object]
_hearing: Final[list[Heard]] = []


def hears_switches(step: Heard) -> Heard:
    """Call this with a member who has switched something off or on, in the same transaction."""
    _hearing.append(step)
    return step


def switched_off(program: Program, game: str, member_ids: Collection[Id]) -> set[Id]:
    """Who of these has switched this game off, or all; one statement."""
    rows = PlaySetting.objects.filter(
        Q(game=game) | Q(game=""), program=program, member_id__in=member_ids
    )
    return set(rows.values_list("member_id", flat=True))


def playing(game: str, member_ids: Collection[Id]) -> list[Id]:
    """Who of these takes part: active ones who have not switched this game off (G-7, G-29); one statement."""
    off = PlaySetting.objects.filter(Q(game=game) | Q(game=""), member_id=OuterRef("pk"))
    return active_ids(member_ids, but=Exists(off))


@seen_once
def switches_of(*, program: Program, member_id: Id) -> list[str]:
    """What a member has switched off; an empty name is all of it."""
    rows = PlaySetting.objects.filter(program=program, member_id=member_id).order_by("game")
    return list(rows.values_list("game", flat=True))


def has_switched_off(*, program: Program, game: str, member_id: Id) -> bool:
    """Whether this member has switched this game off, or all."""
    off = switches_of(program=program, member_id=member_id)
    return game in off or "" in off


@unit_of_work
def switch(*, program: Program, member_id: Id, game: str, is_on: bool, at: datetime) -> list[str]:
    """Switch a game (or, without a name, all) off or on; on again, what was missed is caught up silently."""
    mine = PlaySetting.objects.filter(program=program, member_id=member_id, game=game)
    if is_on:
        gone, _by_model = mine.delete()
        if gone:
            ask_for_member(
                program=program, member_id=member_id, game=game, key=at.isoformat(), at=at
            )
    else:
        PlaySetting.objects.bulk_create(
            [PlaySetting(program=program, member_id=member_id, game=game, at=at)],
            ignore_conflicts=True,
        )
    for step in _hearing:
        step(member_id)
    return switches_of(program=program, member_id=member_id)
