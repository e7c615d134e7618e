"""Steps: one to three things that a member can do next, the nearest first; nothing is pressed on anybody (U-6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import has_games
from loyalty.programs.tenants import Program
from referrals.codes.issuing import is_open_to_members

STEPS_MAX: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """What to do, and the page where it is done."""

    title: Promise
    address: str


def next_steps(
    *, program: Program, within_reach: Sequence[Mapping[str, Any]], is_new: bool
) -> list[NextStep]:
    """At most three; what the navigation has asked for already is asked for no more."""
    return list(_steps(program, within_reach, is_new=is_new))[:STEPS_MAX]


def _steps(
    program: Program, within_reach: Sequence[Mapping[str, Any]], *, is_new: bool
) -> Iterator[NextStep]:
    if is_new:
        yield NextStep(title=_("See how points come"), address="portal:earn")
    if within_reach:
        yield NextStep(title=_("Choose a reward"), address="portal:rewards")
    if has_games(program):
        yield NextStep(title=_("Take up a challenge"), address="portal:play")
    if is_open_to_members(program):
        yield NextStep(title=_("Invite a friend"), address="portal:invite")
    yield NextStep(title=_("Show your card at the till"), address="portal:card")
