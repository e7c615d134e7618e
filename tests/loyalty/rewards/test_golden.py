"""The golden examples of catalogue and redemptions, each under its number: W-G1 to W-G4, W-G14 to W-G16. Kyiv, euros."""

import pytest

from loyalty.access.kinds import Role
from loyalty.foundation.refusals import DomainError
from loyalty.rewards.codes.pooling import PoolRow, add_codes
from loyalty.rewards.giving.automatic import redeem_automatically
from loyalty.rewards.models import Redemption
from tests.world.access import a_staff
from tests.world.ledger import in_unit, lots_of, movements_of, moving, parts_of, posted
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_guest,
    a_guest_in,
    a_reward,
    at,
    cancelled,
    coming_ends_of,
    goodwill,
    got,
    got_all,
    reward_of,
    wish,
)

pytestmark = pytest.mark.django_db


def refused(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


@pytest.mark.parametrize(
    ("tier", "points", "missing"),
    [("gold", 400, None), ("gold", 399, 1), ("silver", 400, 100)],
)
def test_g1_prices_for_tiers(tier, points, missing):
    """W-G1 (W-10): 500, for Gold 400."""
    prices = [{"currency": "stars", "points": 500}, {"currency": "stars", "tier": "gold", "points": 400}]  # fmt: skip
    cafe = a_cafe(a_reward(prices=prices), ladder=True)
    ada = a_guest_in(tier, cafe, points)

    if missing is None:
        got(ada)
        assert parts_of(ada)[0] == 0
        return

    refusal = refused(lambda: got(ada))

    assert (refusal.code, refusal.values["missing"]) == ("insufficient_points", missing)
    assert parts_of(ada)[0] == points


LOTS = [(300, "2027-01-01T00:00"), (200, "2027-07-01T00:00")]


def ada_with_two_lots(cafe):
    ada = a_guest(cafe, 0, when=at("2026-11-01T12:00"))
    for points, ends in LOTS:
        earned_until(ada, points, ends)
    return ada


def earned_until(member, points, ends):
    when = at("2026-11-01T12:00")
    posted(moving(points, of=member, ends=at(ends), occurred_at=when), at=when)


def test_g2_lots_are_drawn_by_their_ends():
    """W-G2 (W-20): 300 + 100 drawn, 100 left."""
    cafe = a_cafe(a_reward(price=400))
    ada = ada_with_two_lots(cafe)

    got(ada, when=at("2026-12-20T12:00"))

    assert lots_of(ada) == [0, 100]
    assert parts_of(ada)[0] == 100


@pytest.mark.parametrize(
    ("grace", "ends", "already_expired"),
    [
        ("P30D", [(at("2027-02-10T00:00"), 300), (at("2027-07-01T00:00"), 200)], 0),
        ("P0D", [(at("2027-07-01T00:00"), 200)], 300),
    ],
)
def test_g3_points_come_back_to_their_lots(grace, ends, already_expired):
    """W-G3 (W-24, E-64): the second lot is whole again, the first revives by the grace or not at all."""
    cafe = a_cafe(a_reward(price=400), give_back_grace=grace)
    ada = ada_with_two_lots(cafe)
    handed = got(ada, when=at("2026-12-20T12:00"))

    row = cancelled(handed.redemption, when=at("2027-01-10T12:00"))

    assert row.state == "cancelled"
    assert (row.points_usable, row.points_expired) == (400 - already_expired, already_expired)
    assert coming_ends_of(ada) == ends


class TestG4:
    """W-G4 (W-12): two a month, by the café's calendar."""

    limits = [{"times": 2, "period": "month"}]
    late = at("2026-11-30T23:59:59")

    def an_ada(self):
        cafe = a_cafe(a_reward(limits=self.limits), when=at("2026-11-01T12:00"))
        ada = a_guest(cafe, when=at("2026-11-01T12:00"))
        first = got(ada, when=at("2026-11-02T12:00"))
        second = got(ada, when=at("2026-11-15T12:00"))
        return ada, first.redemption, second.redemption

    def test_the_third_is_refused_until_the_month_is_over(self):
        ada, _first, _second = self.an_ada()

        refusal = refused(lambda: got(ada, when=self.late))

        assert refusal.code == "limit_reached"
        assert refusal.plain_values() == {
            "limit": 2,
            "used": 2,
            "resets_at": "2026-12-01T00:00:00+02:00",
        }
        assert movements_of(ada) == [1000, -100, -100]

    def test_one_second_later_it_succeeds(self):
        ada, _first, _second = self.an_ada()

        got(ada, when=at("2026-12-01T00:00:00"))

        assert movements_of(ada) == [1000, -100, -100, -100]

    @pytest.mark.parametrize("when", [late, at("2026-12-01T00:00:00")])
    def test_a_cancelled_one_does_not_count(self, when):
        ada, _first, second = self.an_ada()
        cancelled(second, when=at("2026-11-16T12:00"))

        got(ada, when=when)

        assert Redemption.objects.exclude(state="cancelled").count() == 2


def test_g14_a_pool_of_three_for_five():
    """W-G14 (W-11, W-46): three codes, two refusals, 300 points gone in all."""
    cafe = a_cafe(a_reward(kind="custom", terms={}, codes="pool"))
    rows = [PoolRow(code=f"PARTNER-{number}") for number in range(3)]
    in_unit(add_codes, program=cafe, reward_id=reward_of(cafe).pk, rows=rows, at=NOON)
    guests = [a_guest(cafe, name=f"guest-{number}") for number in range(5)]

    handed = got_all([wish(guest) for guest in guests], of=cafe, partial=True)

    codes = [voucher.code for each in handed for voucher in each.vouchers]
    assert codes == ["PARTNER-0", "PARTNER-1", "PARTNER-2"]
    assert [each.refusal.code for each in handed if each.refusal] == ["reward_out_of_stock"] * 2
    assert sum(sum(movements_of(guest)) for guest in guests) == 5 * 1000 - 300


def test_g15_automatic_at_five_hundred():
    """W-G15 (W-70): 1,260 points bring two vouchers, 260 are left; once more, nothing happens."""
    cafe = a_cafe(a_reward(price=500, automatic={"at_points": 500}))
    ada = a_guest(cafe, 1260)

    for _time in range(2):
        in_unit(redeem_automatically, program=cafe, cursor=None, at=NOON)

    assert movements_of(ada) == [1260, -500, -500]
    assert Redemption.objects.count() == 2


def test_g16_support_has_two_thousand_a_day():
    """W-G16 (W-72, S-25): four gifts worth 500, the fifth is refused, the next local day begins anew."""
    cafe = a_cafe(a_reward(price=500))
    ada, support = a_guest(cafe, 0), a_staff(cafe, Role.SUPPORT)
    for _time in range(4):
        goodwill(ada, by=support)

    refusal = refused(lambda: goodwill(ada, by=support, when=at("2026-11-21T23:59:59")))

    assert refusal.code == "budget_exhausted"
    assert (refusal.values["limit"], refusal.values["used"]) == (2000, 2000)
    assert Redemption.objects.count() == 4
    goodwill(ada, by=support, when=at("2026-11-22T00:00:00"))
    assert Redemption.objects.count() == 5
