"""The part `leaderboards` of the programme document, and boards as a game."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import book_of
from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game
from gamification.leaderboards.boards.checking import check, specs_of
from gamification.leaderboards.boards.previewing import preview
from gamification.leaderboards.boards.terms import FIELDS, REQUIRED, board_of, read_who
from gamification.leaderboards.kinds import GAME
from gamification.leaderboards.periods.opening import renew_ever
from gamification.leaderboards.scoring.following import score_members
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def _prizes(settings: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each["prize"] for each in settings.get("prizes", ())]


def _backfill(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    is_silent: bool,
    at: datetime,
) -> None:
    live = next(
        each for each in book_of(program).definitions if each.definition_id == definition_id
    )
    board = board_of(live)
    renew_ever(board)
    score_members(program=program, boards=[board], member_ids=member_ids, at=at)


register_definitions(
    Game(
        name=GAME,
        prefix="brd",
        part="leaderboards",
        title=_("Leaderboards"),
        fields=FIELDS,
        required=REQUIRED,
        check=check,
        specs=specs_of,
        prizes=_prizes,
        read=read_who,
        preview=preview,
        backfill=_backfill,
        example={
            "measure": {"kind": "deeds.count", "of": "order.paid"},
            "period": "month",
        },
    )
)
