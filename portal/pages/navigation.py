"""Navigation: the pages in the order of the tabs; four stand in the open, the others behind *More*."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gamification.criteria.life.catalogue import has_games
from loyalty.programs.tenants import Program
from referrals.codes.issuing import is_open_to_members


def always(_program: Program) -> bool:
    """Of every programme."""
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One page of the navigation: its name, which is its address too, its title, and which programmes have it."""

    name: str
    title: Promise
    is_there: Callable[[Program], bool] = always

    @property
    def address(self) -> str:
        return f"portal:{self.name}"


FIRST: Final = (
    Tab(name="home", title=_("Points")),
    Tab(name="earn", title=_("Earn")),
    Tab(name="rewards", title=_("Rewards")),
    Tab(name="mine", title=_("My codes")),
)
BEHIND: Final = (
    Tab(name="card", title=_("My card")),
    Tab(name="play", title=_("Play"), is_there=has_games),
    Tab(name="tiers", title=_("Tiers")),
    Tab(name="statement", title=_("Statement")),
    Tab(name="invite", title=_("Invite"), is_there=is_open_to_members),
    Tab(name="me", title=_("My details")),
)


def tabs_of(program: Program, tabs: Sequence[Tab]) -> list[Tab]:
    """Those that this programme has."""
    return [each for each in tabs if each.is_there(program)]
