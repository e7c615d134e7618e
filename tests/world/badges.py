"""Badges of the cast: a history to judge, a draft, what members hold, and what was told of it."""

from typing import Any, Final

from gamification.badges.models import Award
from gamification.criteria.life.publishing import draft_version
from gamification.criteria.models import DefinitionVersion
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from tests.world.members import a_member
from tests.world.play import FIRST_CUP, a_cafe, at, bought
from tests.world.referrals import KEY
from tests.world.referrals import points_of as points_on_the_account

STARS: Final = {"kind": "points", "currency": "stars", "points": 20, "cost": 15}
REGULAR: Final = FIRST_CUP | {
    "slug": "regular",
    "tiers": [{"slug": "one", "target": 1}, {"slug": "two", "target": 2, "prize": STARS}],
}
NOW: Final = at("11-20 09:00")


def a_history() -> Program:
    """Ada has bought three times, Grace once."""
    cafe = a_cafe(rules=[])
    a_member(cafe, "grace")
    for day in ("02", "03", "10"):
        bought(cafe, f"o-{day}", when=f"11-{day} 09:00")
    bought(cafe, "o-g", who="grace", when="11-12 09:00")
    return cafe


def a_draft(cafe: Program, told: dict[str, Any] = REGULAR) -> DefinitionVersion:
    """A version of a badge that nobody has looked at yet."""
    return draft_version(program=cafe, game="badge", told=told, actor=KEY, at=NOW)


def holders(cafe: Program) -> list[tuple[str | None, str]]:
    """Who has which tier."""
    return sorted(Award.objects.filter(program=cafe).values_list("member__external_id", "tier"))


def awards_of(program: Program, who: str = "ada") -> dict[tuple[str, str], tuple[str, str]]:
    """By tier and occasion: where the award stands, and on which local day it was earned."""
    rows = Award.objects.filter(program=program, member__external_id=who)
    return {
        (row.tier, row.occasion): (row.state, str(local_day(row.earned_at, program.zone)))
        for row in rows
    }


def facts_of(program: Program, name: str) -> list[str]:
    """The tiers that facts of this name tell, in order."""
    rows = AnnouncedFact.objects.filter(program_id=program.pk, name=name).order_by("pk")
    return [row.body["tier"] for row in rows]


def points_of(program: Program, who: str = "ada") -> int:
    """Stars on the account."""
    return points_on_the_account(program, who)
