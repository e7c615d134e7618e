"""What members hold, and what was told of it."""

from gamification.badges.models import Award
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from tests.world.referrals import points_of as points_on_the_account


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
