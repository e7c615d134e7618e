"""The preview of a plan: what it would have paid over the last 90 days, as people read it (R-3)."""

import pytest

from referrals.plans.publishing import draft_version
from referrals.qualification.desk.writing.page import preview_shown
from tests.world.referrals import KEY, PLAN, a_cafe, a_friend, at, bought, code_of

pytestmark = pytest.mark.django_db
MONEY = {"kind": "payable", "money": {"amount": 700, "currency": "EUR"}}


def test_tells_money_that_is_owed_as_money():
    """R-4: what affiliates are owed is no number of points."""
    cafe = a_cafe()
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe)
    blogs = draft_version(
        program=cafe,
        slug="blogs",
        settings={**PLAN, "advocate_reward": MONEY},
        audience="affiliates",
        actor=KEY,
        at=at("11-29 09:00"),
    )

    told = preview_shown(cafe, blogs, at=at("11-30 09:00"))

    assert told["paid"]["advocate"] == "7.00 EUR"
    assert told["paid"]["friend"] == "300 stars"
