"""The part `tiers` of the programme document."""

from datetime import datetime
from typing import Any

from loyalty.foundation.actors import Actor
from loyalty.programs.documents import Part, register
from loyalty.programs.models import Program
from loyalty.tiers.ladders.drafting import SHAPE, defined, live_revision
from loyalty.tiers.ladders.publishing import change_ladder


def _apply(program: Program, told: dict[str, Any], at: datetime, actor: Actor) -> None:
    change_ladder(program=program, told=told, at=at, actor=actor)


def _export(program: Program) -> dict[str, Any] | None:
    live = live_revision(program)
    return defined(live) if live else None


register(Part(key="tiers", shape=SHAPE, apply=_apply, export=_export))
