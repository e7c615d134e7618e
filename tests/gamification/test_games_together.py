"""What one game does is a condition or a prize of another: streaks and challenges for badges, stamps from a badge."""

from functools import partial

import pytest

from gamification.badges.nightly import review
from gamification.prizes.models import PrizeGrant
from loyalty.tiers.models import TierMove
from tests.world.badges import awards_of
from tests.world.challenges import a_challenge
from tests.world.clocked import a_test_cafe, bought, returned
from tests.world.play import at, coffees, in_a_unit, member_of, with_parts
from tests.world.stamps import CAKE, a_card, rows_of, total_of
from tests.world.streaks import a_streak, repaired
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db

TEA = [{"sku": "TEA-1", "quantity": 1, "amount": 400, "categories": ["tea"]}]


def a_badge_on(measure, target, *, revocation="while_true", **tier):
    """A badge called `fan` with one tier; by default as long as it is true."""
    tiers = [{"slug": "fan", "target": target, "name": {"en": "Fan"}, **tier}]
    return {
        "slug": "fan",
        "condition": {"measure": measure},
        "revocation": revocation,
        "tiers": tiers,
    }


@pytest.mark.parametrize("which", ["longest", "current"])
def test_a_streak_earns_a_badge(which):
    """G-12, G-65, `streak.length`: earned when the third day begins; returned, it is gone with the night."""
    cafe, _daily = a_streak()
    measure = {"kind": "streak.length", "streak": "daily", "which": which}
    with_parts(cafe, badges=[a_badge_on(measure, 3)])
    for day in ("02", "03"):
        bought(cafe, f"o-{day}", when=f"11-{day} 10:00")
    two_days = awards_of(cafe)

    bought(cafe, "o-04", when="11-04 10:00")
    three_days = awards_of(cafe)
    returned(cafe, "o-04", when="11-04 18:00")
    night = partial(review, program=cafe, cursor=None, at=at("11-05 02:00"))
    in_a_unit(night)

    assert two_days == {}
    assert three_days == {("fan", ""): ("active", "2026-11-04")}
    assert awards_of(cafe)["fan", ""][0] == "revoked"


def test_a_repaired_streak_earns_a_badge():
    """G-63, `streak.repaired`: what staff make good is heard like what was done."""
    cafe, daily = a_streak(freezes={"start": 0, "max": 0})
    measure = {"kind": "streak.length", "streak": "daily"}
    with_parts(cafe, badges=[a_badge_on(measure, 3)])
    for day in ("02", "03", "05"):
        bought(cafe, f"o-{day}", when=f"11-{day} 10:00")
    lost = awards_of(cafe)

    repaired(cafe, daily, when="11-05 11:00")

    assert lost == {}
    assert awards_of(cafe) == {("fan", ""): ("active", "2026-11-05")}


def test_a_challenge_earns_a_badge():
    """G-12, G-53, `challenge.completed`: with the challenge it is done, reopened and done again."""
    cafe, _three = a_challenge()
    with_parts(cafe, badges=[a_badge_on({"kind": "challenge.completed", "challenge": "three"}, 1)])
    for day in ("02", "03", "05"):
        bought(cafe, f"o-{day}", when=f"11-{day} 10:00")
    done = awards_of(cafe)

    returned(cafe, "o-03", when="11-06 10:00")
    reopened = awards_of(cafe)
    bought(cafe, "o-07", when="11-07 10:00")

    assert done == {("fan", ""): ("active", "2026-11-05")}
    assert reopened["fan", ""][0] == "revoked"
    assert awards_of(cafe) == {("fan", ""): ("active", "2026-11-07")}


def test_a_badge_on_a_challenge_stays_by_default():
    """G-42, `if_evidence_void`: deeds are looked at again, how the member stands is left as it was."""
    cafe, _three = a_challenge(at_least=1)
    measure = {"kind": "challenge.completed", "challenge": "three"}
    with_parts(cafe, badges=[a_badge_on(measure, 1, revocation="if_evidence_void")])
    bought(cafe, "o-1", when="11-02 10:00")

    returned(cafe, "o-1", when="11-03 10:00")

    assert awards_of(cafe)["fan", ""][0] == "active"


def test_a_badge_tells_articles_apart():
    """G-12, `deeds.distinct`: three articles, in one order and over two; the same one again is no new one."""
    measure = {"kind": "deeds.distinct", "of": "order.line", "value": "sku"}
    cafe = a_test_cafe()
    with_parts(cafe, badges=[a_badge_on(measure, 3)])

    bought(cafe, "o-1", when="11-02 10:00", lines=[*TEA, *coffees(2)])
    bought(cafe, "o-2", when="11-03 10:00", lines=TEA)
    two = awards_of(cafe)
    bought(cafe, "o-3", when="11-04 10:00", lines=[TEA[0] | {"sku": "CAK-1"}])

    assert two == {}
    assert awards_of(cafe) == {("fan", ""): ("active", "2026-11-04")}


def test_a_badge_gives_stamps():
    """G-32, G-35, G-66: stamps as a prize are gift rows; a return takes them back, and they come again once."""
    cafe, card = a_card(cafe=a_test_cafe(), positions=[{"at": 10, "prize": CAKE}])
    prize = {"kind": "stamps", "card": "drinks", "stamps": 2}
    with_parts(
        cafe, badges=[a_badge_on({"kind": "deeds.count", "of": "order.paid"}, 1, prize=prize)]
    )

    bought(cafe, "o-1", when="11-02 10:00", lines=TEA)
    given = total_of(cafe, card)
    returned(cafe, "o-1", when="11-03 10:00")
    taken = total_of(cafe, card)
    bought(cafe, "o-2", when="11-04 10:00", lines=coffees(1))

    assert (given, taken, total_of(cafe, card)) == (2, 0, 3)
    assert [(kind, quantity) for kind, quantity, _total in rows_of(card)][:2] == [
        ("gift", 2),
        ("returned", -2),
    ]
    assert PrizeGrant.objects.get().state == "given"


def test_prizes_of_one_batch_move_a_member_from_where_the_last_one_left_her():
    """T-8, G-105: one order ends two challenges; the second prize is counted on the tier that the first one gave."""
    cafe = a_test_cafe()
    with_parts(cafe, when="09-01 06:00", tiers=a_ladder())
    for slug, points in (("one", 500), ("two", 1000)):
        prize = {"kind": "points", "currency": "stars", "points": points, "counts_for_tier": True}
        a_challenge(slug, cafe=cafe, at_least=1, prize=prize)

    bought(cafe, "o-1", when="11-02 09:00")

    moves = TierMove.objects.filter(member=member_of(cafe)).order_by("number")
    assert list(moves.values_list("number", "from_slug", "to_slug")) == [
        (1, "bronze", "silver"),
        (2, "silver", "gold"),
    ]
