"""The part `levels` of the programme document, and levels as a game."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import book_of
from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game
from gamification.levels.climbing import climb
from gamification.levels.curves import FIELDS, REQUIRED, check, curve_of, prizes_of, specs_of
from gamification.levels.kinds import GAME, PREFIX
from gamification.levels.measuring import preview
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


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
    climb(program=program, curve=curve_of(live), member_ids=member_ids, is_silent=is_silent, at=at)


register_definitions(
    Game(
        name=GAME,
        prefix=PREFIX,
        part="levels",
        title=_("Levels"),
        fields=FIELDS,
        required=REQUIRED,
        check=check,
        specs=specs_of,
        prizes=prizes_of,
        preview=preview,
        backfill=_backfill,
    )
)
