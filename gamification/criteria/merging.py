"""Merging: what games keep of two memberships becomes one, before anybody looks at the survivor again (G-10)."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

HandOver: TypeAlias = Callable[[Program, Mapping[Id, Id]], None]
_steps: Final[list[HandOver]] = []


def hands_over(step: HandOver) -> HandOver:
    """Call this with who was merged into whom, in the unit that moves their deeds. Both are locked."""
    _steps.append(step)
    return step


def hand_over_all(program: Program, gone: Mapping[Id, Id]) -> None:
    """Every game's own, in the order of registration."""
    for step in _steps:
        step(program, gone)
