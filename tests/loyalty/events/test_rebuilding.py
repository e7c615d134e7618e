"""Tier days worked out again from the ledger's rows and kept orders (T-7, V-36)."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from loyalty.ledger.merging import merge
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.tiers.models import TierDay
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.ledger import TILL
from tests.world.members import a_member
from tests.world.programs import applied
from tests.world.tiers import a_ladder, days_of, earned, tier_of

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
LATER = NOON + 5 * DAY
COUNTS = a_rule(counts_for_tier=True)


def rebuilt(cafe, *flags):
    """What the command prints."""
    out = StringIO()
    call_command("rebuild", "tier-days", "--program", cafe.slug, *flags, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def cafe():
    """Ada bought three times, once while she was suspended; something came back, and points came by hand."""
    cafe = a_cafe(COUNTS, test=True)
    Program.objects.filter(pk=cafe.pk).update(test_now=LATER)
    cafe.refresh_from_db()
    ada = a_member(cafe)
    told(cafe, an_order("one", total=6000), an_order("two", total=70_000, at=NOON + DAY))
    told(cafe, a_return("back", order_id="one", amount=1550, at=NOON + 2 * DAY))
    Member.objects.filter(pk=ada.pk).update(status="suspended")
    told(cafe, an_order("three", total=3000, at=NOON + DAY))
    Member.objects.filter(pk=ada.pk).update(status="active")
    earned(7, by=ada, on=NOON)
    applied({"program": {"slug": cafe.slug}, "tiers": a_ladder()})
    return cafe


def told(cafe, *events):
    taken(cafe, *events, at=LATER)


DAYS = {"2026-11-20": (51, 4450, 1), "2026-11-21": (700, 70_000, 1)}


def test_equal_to_what_is_there(cafe):
    assert days_of(Member.objects.get(program=cafe)) == DAYS
    assert rebuilt(cafe, "--dry-run") == ["0 rows would change"]


def test_days_that_were_lost_come_back_and_the_tier_with_them(cafe):
    """Told first, then put right once."""
    ada = Member.objects.get(program=cafe)
    TierDay.objects.filter(member=ada, day="2026-11-20").update(points=9, orders=3)
    TierDay.objects.filter(member=ada, day="2026-11-21").delete()
    wrong = [
        f"{ada.shown_id} 2026-11-20: 9 4450 3 -> 51 4450 1",
        f"{ada.shown_id} 2026-11-21: 0 0 0 -> 700 70000 1",
    ]

    assert rebuilt(cafe, "--dry-run") == [*wrong, "2 rows would change"]
    assert "2026-11-21" not in days_of(ada)

    assert rebuilt(cafe) == [*wrong, "2 rows changed"]
    assert (days_of(ada), tier_of(ada)) == (DAYS, "silver")
    assert rebuilt(cafe) == ["0 rows changed"]


def test_a_survivor_is_counted_with_what_the_other_brought(cafe):
    """T-46."""
    ada, grace = Member.objects.get(program=cafe), a_member(cafe, "grace")
    told(cafe, an_order("hers", total=900, member="ext:grace", at=NOON + DAY))

    merge(program=cafe, source=ada, target=grace, actor=TILL, at=LATER)
    told(cafe, a_return("later", order_id="two", amount=10_000, at=NOON + 4 * DAY))

    assert days_of(grace) == DAYS | {"2026-11-21": (609, 60_900, 2)}
    assert rebuilt(cafe) == ["0 rows changed"]


def test_folded_years_are_held_against_their_sums(cafe):
    ada = Member.objects.get(program=cafe)
    TierDay.objects.filter(member=ada).delete()
    year = {"day": date(2026, 12, 31), "points": 751, "spend": 74_450, "orders": 2}
    TierDay.objects.create(member=ada, program=cafe, is_year=True, **year)
    assert rebuilt(cafe) == ["0 rows changed"]

    TierDay.objects.filter(member=ada).update(points=700)

    assert rebuilt(cafe)[-1] == "1 rows changed"
    assert days_of(ada) == {"2026-12-31": (751, 74_450, 2)}
