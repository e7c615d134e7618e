"""Navigation: the pages in the order of the tabs; four stand in the open, the others behind *More*."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One page of the navigation: its name, which is its address too, and its title."""

    name: str
    title: Promise

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
    Tab(name="tiers", title=_("Tiers")),
    Tab(name="statement", title=_("Statement")),
    Tab(name="me", title=_("My details")),
)
