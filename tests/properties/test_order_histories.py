"""Orders, captures, returns, cancellations and voids against a plain model: what each rule has given in the end (E-62).

The net of an earning is the less of what was granted when the order was judged, and what it is worth now.
"""

from datetime import timedelta
from random import Random

import pytest

from loyalty.earning.models import Earning
from loyalty.events.models import Order
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.events.voids.voiding import void
from tests.properties.plain_orders import PlainOrder, worth_of
from tests.world.earning import NOON, TILL, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import a_hold, a_member

pytestmark = pytest.mark.django_db

ORDERS = 12  # of one member each, so that nothing but the order itself decides
SAVED = 40_000
BASE = (
    a_rule(),
    a_rule("capped", limits={"points_per_event": 40}),
    a_rule("steps", effect={"kind": "per_amount", "points": 3, "per": 700, "whole_steps": True}),
    a_rule("pieces", effect={"kind": "per_item", "points": 7}, lines={"exclude": {"skus": ["A"]}}),
    a_rule("lines", effect={"kind": "per_line", "points": 2}, rounding="up"),
    a_rule("big", effect={"kind": "fixed", "points": 50}, conditions={"all": [{"order": {"at_least": 3_000}}]}),
    a_rule("xp", currency="xp"),
)  # fmt: skip
MULTIPLIERS = (
    a_rule("double", effect={"kind": "multiplier", "by": "2"}, conditions={"all": [{"order": {"at_least": 5_000}}]}),
    a_rule("coffee", effect={"kind": "multiplier", "by": "1.5"}, lines={"include": {"categories": ["coffee"]}}),
    a_rule("triple", effect={"kind": "multiplier", "by": "3"}, currency="xp"),
)  # fmt: skip


class Story:
    """One order and what happens to it: to the product and to the plain model alike."""

    def __init__(self, cafe, random, number):
        self.cafe, self.random, self.number = cafe, random, f"order-{number}"
        self.member = a_member(cafe, f"guest-{number}", points=SAVED, at=NOON)
        self.returns = 0
        taxed = cafe.prices_include_tax
        lines = [self._line(sku) for sku in "ABC"[: random.randint(1, 3)]]
        goods = sum(line["amount"] for line in lines)
        told = {"lines": lines, "discount": random.choice([0, goods // 7]), "shipping": random.choice([0, 500])}  # fmt: skip
        told["tax"] = random.choice([0, goods // 6])
        total = goods - told["discount"] + told["shipping"] + (0 if taxed else told["tax"])
        self.told = an_order(self.number, member=self.member, total=total, **told)
        self.plain = PlainOrder(self.told["data"], has_tax_in_prices=taxed, left_out=("tobacco",))

    def _line(self, sku):
        kind = self.random.choice(["coffee", "tea", "tobacco"])
        amount = self.random.choice([0, self.random.randrange(1, 6_000)])
        quantity = self.random.randint(1, 3)
        return {"sku": sku, "amount": amount, "quantity": quantity, "categories": [kind]}

    def pays(self):
        """Some points pay for it, before it is told or after."""
        room = min(4_000, self.plain.data["total"] - self.plain.paid)
        points = self.random.randint(0, room // 2)
        if points and not self.plain.is_gone:
            hold = a_hold(self.member, points, at=NOON)
            what_for = For(order_id=self.number)
            capture_for_order(program=self.cafe, hold_id=hold.pk, what_for=what_for, actor=TILL, at=NOON)  # fmt: skip
            self.plain.paid += points

    def is_told(self):
        (outcome,) = taken(self.cafe, self.told)
        assert outcome.refusal is None, outcome.refusal
        self.event_id = outcome.event_id
        self.granted = self.worths()

    def comes_back(self):
        """A piece of a line, money on it, money on all, or the shipping; nothing if there is too little left."""
        place = self.random.randrange(len(self.plain.lines))
        line, gross = self.plain.lines[place], self.plain.gross()[place]
        left = gross * self.plain.left()[place]
        ways = [{"lines": [{"sku": line["sku"], "quantity": 1}]}]
        ways += [{"lines": [{"sku": line["sku"], "amount": self.random.randint(1, gross)}]}] if gross else []  # fmt: skip
        ways += [{"amount": self.random.randint(1, 900)}, {"amount": 1, "shipping": 200}]
        told = self.random.choice(ways)
        spoilt = (
            self.plain.refunded and "lines" in told
        )  # what was refunded on all must stay within what is left
        if not spoilt and (left > gross / 2 or "shipping" in told):
            self._tell("order.returned", told)

    def ends(self):
        how = self.random.choice(["stays", "stays", "cancelled", "voided"])
        if how == "cancelled":
            self._tell("order.cancelled", None)
        elif how == "voided":
            void(program=self.cafe, event_id=self.event_id, reason="A mistake.", actor=TILL, at=NOON)  # fmt: skip
            self.plain.told(None)

    def _tell(self, kind, returned):
        self.returns += 1
        (outcome,) = taken(
            self.cafe,
            an_event(
                kind,
                member=self.member,
                source_id=f"{self.number}-{self.returns}",
                at=NOON + timedelta(minutes=1),
                data={"order_id": self.number, **(returned or {})},
            ),
        )
        if outcome.refusal is None:
            self.plain.told(returned)
        else:
            assert outcome.refusal.code == "return_exceeds_order"

    def worths(self):
        """What each rule gives for the order as it stands, limits aside from its own cap."""
        worths = {rule["slug"]: worth_of(self.plain, rule, MULTIPLIERS) for rule in BASE}
        return worths | {"capped": min(40, worths["capped"])}

    def nets(self):
        now = self.worths()
        return {slug: min(given, now[slug]) for slug, given in self.granted.items() if given}


@pytest.mark.parametrize("taxed", [False, True])
def test_every_earning_ends_at_the_less_of_granted_and_left(taxed):
    """E-14, E-61, E-62, E-68: paid before and after, returned by pieces and money, cancelled, voided."""
    random = Random(1301 + taxed)
    basis = {"prices_include_tax": taxed, "left_out_categories": ["tobacco"]}
    cafe = a_cafe(*BASE, *MULTIPLIERS, basis=basis)
    stories = [Story(cafe, random, number) for number in range(ORDERS)]

    for story in stories:
        story.pays()
        story.is_told()
        for step in random.sample([story.comes_back, story.comes_back, story.pays], 3):
            step()
        story.ends()

    orders = dict(Order.objects.values_list("member_id", "returned"))
    for story in stories:
        earned = Earning.objects.filter(event_id=story.event_id).select_related("rule")
        assert {each.rule.slug: each.points for each in earned} == {
            slug: points for slug, points in story.granted.items() if points
        }
        assert {each.rule.slug: each.points - each.claimed for each in earned} == story.nets()
        assert orders[story.member.pk] == int(story.plain.returned())
