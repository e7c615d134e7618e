"""The part `streaks` of the programme document, and what the life of definitions asks of a streak."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game
from gamification.criteria.measures.shapes import MEASURE, STREAK, WEEKDAYS
from gamification.criteria.measures.specs import Spec, read_spec
from gamification.criteria.measures.states import StateMeasure, register_measure
from gamification.criteria.refusals import ConditionUnsupported
from gamification.streaks.keeping.following import catch_up
from gamification.streaks.kinds import GAME
from gamification.streaks.measuring import FACTS, lengths_reached
from gamification.streaks.previewing import preview
from gamification.streaks.walks.terms import DEFAULTS
from loyalty.foundation.ids import Id
from loyalty.foundation.shapes import POSITIVE, Schema, closed
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]

FIELDS: Final[Mapping[str, Schema]] = {
    "period": {"enum": ["day", "week", "month"]},
    "condition": closed({"measure": MEASURE, "at_least": POSITIVE}, required=["measure"]),
    "clock": {"enum": ["programme", "member"]},
    "day_start": {"type": "integer", "minimum": 0, "maximum": 6},
    "grace": {"type": "string", "pattern": r"^PT([0-9]|1[0-9]|2[0-4])H$"},
    "freezes": closed(
        {
            "start": {"type": "integer", "minimum": 0, "maximum": 10},
            "every": {"type": "integer", "minimum": 1, "maximum": 366},
            "max": {"type": "integer", "minimum": 0, "maximum": 10},
            "in_a_row": {"type": "integer", "minimum": 1, "maximum": 10},
        }
    ),
    "rest": closed(
        {
            "weekdays": {
                "type": "array",
                "uniqueItems": True,
                "maxItems": 6,
                "items": {"enum": list(WEEKDAYS)},
            },
            "dates": {
                "type": "array",
                "uniqueItems": True,
                "maxItems": 100,
                "items": {"type": "string", "format": "date"},
            },
        }
    ),
}


def _specs(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    told = settings["condition"]["measure"]
    return [read_spec(told, program=program, pointer="/condition/measure", zone=zone)]


def _check(program: Program, settings: Settings) -> None:
    (spec,) = _specs(program, settings)
    if not spec.is_additive or spec.calendar:
        raise ConditionUnsupported(
            what=_("a streak counts or sums in each of its periods"), pointer="/condition/measure"
        )


def _prizes(settings: Settings) -> list[Mapping[str, Any]]:
    return []


def _backfill(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    is_silent: bool,
    at: datetime,
) -> None:
    catch_up(
        program=program, streak_id=definition_id, member_ids=member_ids, at=at, is_silent=is_silent
    )  # fmt: skip


def _fixed(settings: Settings) -> Settings:
    """Where periods begin and end."""
    return {name: {**DEFAULTS, **settings}[name] for name in ("period", "clock", "day_start")}


register_definitions(
    Game(
        name=GAME,
        prefix="stk",
        part="streaks",
        title=_("Streaks"),
        fields=FIELDS,
        required=("period", "condition"),
        check=_check,
        specs=_specs,
        prizes=_prizes,
        preview=preview,
        backfill=_backfill,
        fixed=_fixed,
        example={
            "period": "week",
            "condition": {
                "measure": {"kind": "deeds.count", "of": "order.paid"},
                "at_least": 1,
            },
            "freezes": {"start": 1, "every": 4, "max": 2},
        },
    )
)
register_measure(StateMeasure(kind=STREAK, read=lengths_reached, facts=FACTS))
