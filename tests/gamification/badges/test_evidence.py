"""What an award names as its evidence, and what is held, in which order, while it is paid (G-36, G-40)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification.badges.models import Award
from gamification.deeds.models import Deed
from gamification.prizes.models import PlayBudget
from loyalty.foundation.ids import shown
from tests.world.badges import STARS
from tests.world.members import a_member
from tests.world.play import FIRST_CUP, a_cafe, at, bought, heard, with_parts

pytestmark = pytest.mark.django_db
LOCKS = re.compile(r'FROM "?(\w+)"?.*FOR (?:NO KEY )?UPDATE', re.DOTALL)


def a_badge(target, **tier):
    return FIRST_CUP | {"slug": "cups", "tiers": [{"slug": "cups", "target": target, **tier}]}


def test_evidence_names_value_target_and_the_deeds_that_led_there():
    """G-40: the deed that crossed, the first, and twenty of those before; more is not kept."""
    cafe = a_cafe(rules=[])
    with_parts(cafe, badges=[a_badge(25)])
    for number in range(26):
        bought(cafe, f"o-{number:02}", when=f"11-03 09:{number:02}", heard=False)

    heard(cafe)

    told = Award.objects.get().evidence
    deeds = [
        shown("ded", pk)
        for pk in Deed.objects.filter(kind="order.paid")
        .order_by("occurred_at")
        .values_list("pk", flat=True)
    ]
    assert (told["value"], told["target"]) == (26, 25)
    assert (told["first"], told["deed"]) == (deeds[0], deeds[24])
    assert len(told["deeds"]) == 20
    assert set(told["deeds"]) <= set(deeds[:25])


def test_members_are_held_before_budgets():
    """G-36: the accounts of the whole batch at once, then the budget; nobody waits for a member with a budget in hand."""
    cafe = a_cafe(member="")
    PlayBudget.objects.create(program=cafe, slug="fun", limit=1000, created_at=at("11-01 06:00"))
    with_parts(cafe, badges=[a_badge(1, prize=STARS | {"budget": "fun"})])
    for name in ("ada", "grace"):
        a_member(cafe, name)
        bought(cafe, f"o-{name}", who=name, when="11-03 09:00", heard=False)

    with CaptureQueriesContext(connection) as asked:
        heard(cafe)

    told = [each["sql"] for each in asked]
    paying = next(
        n for n, sql in enumerate(told) if "gamification_playbudget" in sql and LOCKS.search(sql)
    )
    begun = max(n for n, sql in enumerate(told[:paying]) if sql.startswith("SAVEPOINT"))
    held = [found[1] for sql in told[begun : paying + 1] if (found := LOCKS.search(sql))]
    assert held == ["loyalty_account", "gamification_playbudget"]
