"""True of every history: whatever is earned, returned, spent and earned again, a prize nets to between 0 and its amount (G-35)."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from gamification.badges.models import Award
from gamification.prizes.models import PrizeGrant
from tests.world.badges import points_of
from tests.world.ledger import moving, posted
from tests.world.play import a_cafe, at, bought, coffees, member_of, returned

TARGETS = {"bronze": 5, "gold": 12}
STARS = {"bronze": 30, "gold": 70}
BADGE = {
    "slug": "cups",
    "condition": {"measure": {"kind": "deeds.sum", "of": "order.line", "value": "quantity"}},
    "tiers": [
        {
            "slug": slug,
            "target": target,
            "prize": {"kind": "points", "currency": "stars", "points": STARS[slug]},
        }
        for slug, target in TARGETS.items()
    ],
}
cups = st.tuples(st.just("buy"), st.integers(1, 9))
back = st.tuples(st.just("return"), st.integers(1, 9))
spent = st.tuples(st.just("spend"), st.integers(1, 60))


class History:
    """Ada at the café: what she has left, by what was told."""

    def __init__(self):
        self.cafe = a_cafe(rules=[], badges=[BADGE])
        self.ada, self.orders, self.spent, self.steps = member_of(self.cafe), {}, 0, 0

    @property
    def when(self):
        return f"11-{1 + self.steps // 24:02} {self.steps % 24:02}:30"

    def buy(self, count):
        self.orders[f"o-{self.steps}"] = count
        bought(self.cafe, f"o-{self.steps}", when=self.when, lines=coffees(count))

    def give_back(self, count):
        """So many of the latest order that has something left."""
        for order, left in reversed(self.orders.items()):
            if left:
                gone = min(count, left)
                self.orders[order] = left - gone
                line = {"sku": "COF-1", "quantity": gone}
                returned(self.cafe, order, when=self.when, lines=[line])
                return

    def spend(self, points):
        points = min(points, points_of(self.cafe))
        if points:
            posted(moving(-points, of=self.ada), at=at(self.when))
            self.spent += points


def is_sound(told):
    """Each tier stands by what is left; each grant is whole, or lacks what came back; the account says the same."""
    left = sum(told.orders.values())
    for award in Award.objects.all():
        assert (award.state == "active") is (left >= TARGETS[award.tier])
    grants = list(PrizeGrant.objects.all())
    for grant in grants:
        assert 0 <= grant.recovered <= grant.amount == STARS[grant.item]
        assert (grant.state == "given") is (left >= TARGETS[grant.item])
        assert grant.state == "reversed" or grant.recovered == 0
    assert points_of(told.cafe) + told.spent == sum(each.amount - each.recovered for each in grants)


class TestAnyHistory(TestCase):
    @settings(max_examples=10, deadline=None)
    @given(steps=st.lists(st.one_of(cups, cups, back, spent), min_size=2, max_size=8))
    def test_every_prize_is_paid_once_at_most(self, steps):
        """After every step, not at the end alone."""
        told = History()
        doing = {"buy": told.buy, "return": told.give_back, "spend": told.spend}

        for what, count in steps:
            told.steps += 1
            doing[what](count)
            is_sound(told)
