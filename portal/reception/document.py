"""The part `portal` of the programme document."""

from datetime import datetime
from typing import Any

from loyalty.foundation.actors import Actor
from loyalty.programs.documents import Part, register
from loyalty.programs.tenants import Program
from portal.reception.changing import SHAPE, change_reception
from portal.reception.reading import told_by


def _apply(program: Program, told: dict[str, Any], at: datetime, _actor: Actor) -> None:
    change_reception(program=program, told=told, at=at)


register(Part(key="portal", shape=SHAPE, apply=_apply, export=told_by))
