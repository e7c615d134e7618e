"""The part `stamp_cards` of the programme document, and what the life of definitions asks of a card."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import book_of
from gamification.criteria.life.documenting import register_definitions
from gamification.criteria.life.games import Game
from gamification.criteria.measures.specs import Spec
from gamification.prizes.shapes import PRIZE, check_prizes
from gamification.stamps.automatic.earning import catch_up
from gamification.stamps.automatic.sources import specs_of
from gamification.stamps.keeping.cards import Card
from gamification.stamps.kinds import GAME, SIZE_MAX
from gamification.stamps.telling.previewing import preview
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.foundation.shapes import DURATION, POSITIVE, WHOLE, Schema, closed, text
from loyalty.programs.tenants import Program

Settings = Mapping[str, Any]

_PLACE: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": SIZE_MAX}
_WORDS: Final[Schema] = {"type": "array", "minItems": 1, "maxItems": 100, "items": text(200)}
_LINES: Final[Mapping[str, Schema]] = {"categories": _WORDS, "skus": _WORDS, "places": _WORDS}
_LIMIT: Final[Schema] = {"type": ["integer", "null"], "minimum": 1, "maximum": 10_000}


def _from(name: str, fields: Mapping[str, Schema], *required: str) -> Schema:
    source = closed(fields, required=required)
    return closed({name: source, "max_per_event": POSITIVE}, required=[name])


FIELDS: Final[Mapping[str, Schema]] = {
    "size": _PLACE,
    "positions": {
        "type": "array",
        "minItems": 1,
        "maxItems": 20,
        "items": closed({"at": _PLACE, "prize": PRIZE}, required=["at", "prize"]),
    },
    "endowed": {"type": "integer", "minimum": 0, "maximum": SIZE_MAX - 1},
    "stamps_from": {
        "oneOf": [
            _from("order_lines", _LINES),
            _from("orders", {"places": _WORDS, "min_amount": WHOLE}),
            _from("amount", {**_LINES, "step": POSITIVE}, "step"),
            _from("events", {"type": text(60)}, "type"),
        ]
    },
    "expiry": {
        "oneOf": [
            closed({"inactivity": DURATION}, required=["inactivity"]),
            closed({"date": {"type": "string", "format": "date"}}, required=["date"]),
        ]
    },
    "limits": closed(
        {
            "per_visit": _LIMIT,
            "per_day": _LIMIT,
            "per_staff_hour": _LIMIT,
            "per_hours": closed(
                {"stamps": POSITIVE, "hours": {"type": "integer", "minimum": 1, "maximum": 720}},
                required=["stamps", "hours"],
            ),
            "minimum_spend": WHOLE,
        }
    ),
}


def _specs(program: Program, settings: Settings, *, zone: str = "") -> list[Spec]:
    return specs_of(program, settings, zone=zone)


def _check(program: Program, settings: Settings) -> None:
    """Positions lie on the card, once each; what stamps it and what it gives is there."""
    card = Card.read(settings)
    places = [position.at for position in card.positions]
    problems = []
    if len(set(places)) < len(places) or max(places) > card.size:
        message = _("Each position stands once, on the card.")
        problems.append(Problem(pointer="/positions", code="invalid", message=message))
    if card.endowed >= card.size:
        message = _("A card begins with fewer stamps than it holds.")
        problems.append(Problem(pointer="/endowed", code="too_large", message=message))
    if problems:
        raise Malformed(problems=problems)
    _specs(program, settings)
    prizes = enumerate(settings["positions"])
    check_prizes(program, [(f"/positions/{n}/prize", each["prize"]) for n, each in prizes])


def _prizes(settings: Settings) -> list[Mapping[str, Any]]:
    return [each["prize"] for each in settings["positions"]]


def _fixed(settings: Settings) -> Settings:
    """How long a card is: totals count cards by it."""
    return {"size": Card.read(settings).size}


def _backfill(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    is_silent: bool,
    at: datetime,
) -> None:
    for card in book_of(program).of(GAME):
        if card.definition_id == definition_id and card.specs:
            catch_up(
                program=program, card=card, member_ids=member_ids, is_silent=is_silent, at=at
            )  # fmt: skip


register_definitions(
    Game(
        name=GAME,
        prefix="crd",
        part="stamp_cards",
        title=_("Stamp cards"),
        fields=FIELDS,
        required=("positions",),
        check=_check,
        specs=_specs,
        prizes=_prizes,
        preview=preview,
        backfill=_backfill,
        fixed=_fixed,
        example={
            "stamps_from": {"order_lines": {"categories": ["coffee"]}, "max_per_event": 2},
            "positions": [{"at": 10, "prize": {"kind": "reward", "reward": "free-coffee"}}],
        },
    )
)
