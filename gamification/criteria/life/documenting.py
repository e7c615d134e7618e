"""Documenting: every game's part of the programme document is a list of its definitions (G-22)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from gamification.criteria.kinds import DefinitionState, GrantExisting
from gamification.criteria.life.games import Game, register_game
from gamification.criteria.life.publishing import change_definition
from gamification.criteria.models import Definition, DefinitionVersion
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.shapes import SLUG, TEXTS, Schema, Shape, closed
from loyalty.programs.documents import Part, register
from loyalty.programs.tenants import Program

DEFINITIONS_MAX: Final = 200  # of one game in one programme
_COMMON: Final[dict[str, Schema]] = {
    "slug": SLUG,
    "name": TEXTS,
    "state": {"enum": list(DefinitionState.values)},
    "grant_existing": {"enum": list(GrantExisting.values)},
}


def register_definitions(game: Game) -> Game:
    """Register a game and its part of the document: settings beside slug, name, state and grant_existing."""
    items = closed({**_COMMON, **game.fields}, required=["slug"])
    shape = Shape({"type": "array", "maxItems": DEFINITIONS_MAX, "items": items})

    def apply(program: Program, told: list[dict[str, Any]], at: datetime, actor: Actor) -> None:
        for place, each in enumerate(told):
            with _refused_below(f"/{game.part}/{place}"):
                change_definition(program=program, game=game, told=each, actor=actor, at=at)

    def export(program: Program) -> list[dict[str, Any]] | None:
        return exported(program, game) or None

    register(Part(key=game.part, shape=shape, apply=apply, export=export))
    return register_game(game)


@contextmanager
def _refused_below(pointer: str) -> Iterator[None]:
    """Problems of one definition are told with its place in the document."""
    try:
        yield
    except DomainError as refusal:
        refusal.problems = [
            replace(each, pointer=f"{pointer}{each.pointer}") for each in refusal.problems
        ]
        raise


def exported(program: Program, game: Game) -> list[dict[str, Any]]:
    """What is live, paused or retired, as the document tells it."""
    known = Definition.objects.filter(program=program, game=game.name, live_number__isnull=False)
    rows = list(known.order_by("created_at", "pk"))
    versions = {
        (each.definition_id, each.number): each
        for each in DefinitionVersion.objects.filter(
            definition__in=rows, published_at__isnull=False
        )
    }
    return [_told(row, versions[row.pk, row.live_number or 0]) for row in rows]


def _told(row: Definition, version: DefinitionVersion) -> dict[str, Any]:
    told: dict[str, Any] = {"slug": row.slug, **version.settings}
    if row.name:
        told["name"] = row.name
    if row.state != DefinitionState.LIVE:
        told["state"] = row.state
    if version.grant_existing != GrantExisting.SILENT:
        told["grant_existing"] = version.grant_existing
    return told
