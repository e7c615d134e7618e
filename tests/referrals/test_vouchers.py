"""Vouchers of the catalogue for both sides, and the welcome that invites to the first order (R-30, R-34)."""

import pytest

from loyalty.ledger.models import Entry
from loyalty.rewards.models import Redemption, Voucher
from loyalty.rewards.vouchers.showing import opened
from referrals.qualification.deciding import reject_by_hand
from referrals.rewards.granting import grant_capped
from referrals.rewards.models import CapUse, PlanBudget, ReferralGrant
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    a_staff_actor,
    at,
    bought,
    code_of,
    grants_of,
    in_a_unit,
    member_of,
    referral_of,
    returned,
    ticked,
)
from tests.world.rewards import a_reward, offered
from tests.world.vouchers import redeemed

pytestmark = pytest.mark.django_db
COFFEE = {"kind": "voucher", "reward": "coffee", "cost": 200}
CAKE = {"kind": "voucher", "reward": "cake", "cost": 400}
MENU = [a_reward("coffee", price=None), a_reward("cake", price=None)]


def a_waiting_one(*, rewards=MENU, **terms):
    """Grace was brought, and her order waits for the end of its hold."""
    told = {"friend_reward": COFFEE, "advocate_reward": CAKE} | terms
    cafe = a_cafe(rewards=rewards, **told)
    a_friend(cafe, code=code_of(cafe).text)
    bought(cafe)
    return cafe


def vouchers_of(program, name):
    """Reward and state of what this member was given, the first first."""
    rows = Voucher.objects.filter(member=member_of(program, name), origin="referral")
    return list(rows.order_by("id").values_list("redemption__reward__slug", "state"))


def used(program, name, *, order="order-1", when="11-20 09:00"):
    """The member shows the voucher at the till."""
    row = Redemption.objects.get(member=member_of(program, name))
    ((voucher,),) = in_a_unit(
        lambda: opened(program=program, redemption_ids=[row.pk], show_codes=True)
    ).values()
    redeemed(program, voucher, order, by=member_of(program, name), at=at(when))


class TestBothSides:
    """R-30: given at approval under the grant's own key, and not before."""

    def test_get_their_vouchers_with_the_approval(self):
        cafe = a_waiting_one(budget=10_000)
        assert vouchers_of(cafe, "ada") == vouchers_of(cafe, "grace") == []

        ticked(cafe, "12-04 09:00")

        assert vouchers_of(cafe, "ada") == [("cake", "issued")]
        assert vouchers_of(cafe, "grace") == [("coffee", "issued")]
        grants = {row.side: row for row in ReferralGrant.objects.all()}
        assert {row.origin_key for row in Redemption.objects.all()} == {
            grant.shown_id for grant in grants.values()
        }
        assert (
            grants["friend"].given_id
            == Redemption.objects.get(origin_key=grants["friend"].shown_id).pk
        )
        assert PlanBudget.objects.get().spent == 600
        assert not Entry.objects.filter(kind="bonus").exists()

    def test_lose_what_is_unused_after_a_late_return(self):
        """R-34 to R-36: the friend has had the coffee; the advocate's cake goes, with its place and cost."""
        cafe = a_waiting_one(budget=10_000, advocate_cap={"times": 12, "period": "ever"})
        ticked(cafe, "12-04 09:00")
        used(cafe, "grace", order="order-2", when="12-05 09:00")

        returned(cafe, when="12-20 09:00")

        assert grants_of(cafe) == {"advocate": ("reversed", 1), "friend": ("reversed", 0)}
        assert vouchers_of(cafe, "ada") == [("cake", "cancelled")]
        assert vouchers_of(cafe, "grace") == [("coffee", "redeemed")]
        assert PlanBudget.objects.get().spent == 200
        assert CapUse.objects.get().used == 0

    def test_keep_them_where_the_plan_says_so(self):
        """R-34."""
        cafe = a_waiting_one(clawback={"take": "keep"})
        ticked(cafe, "12-04 09:00")

        returned(cafe, when="12-20 09:00")

        assert vouchers_of(cafe, "ada") == [("cake", "issued")]

    def test_what_is_out_of_stock_is_capped_by_that_name_and_given_later(self):
        """R-29, R-32: neither the cap nor the budget pays for what nobody got; the friend is rewarded."""
        menu = [MENU[0], a_reward("cake", price=None, stock=0)]
        cafe = a_waiting_one(
            rewards=menu, budget=10_000, advocate_cap={"times": 12, "period": "ever"}
        )

        ticked(cafe, "12-04 09:00")

        capped = ReferralGrant.objects.get(side="advocate")
        assert (capped.state, capped.why) == ("capped", "reward_out_of_stock")
        assert grants_of(cafe)["friend"] == ("granted", 0)
        assert (PlanBudget.objects.get().spent, CapUse.objects.get().used) == (200, 0)

        offered(cafe, a_reward("cake", price=None, stock=5), when=at("12-05 09:00"))
        grant_capped(program=cafe, grant=capped, reason="Baked.", actor=KEY, at=at("12-06 09:00"))
        assert vouchers_of(cafe, "ada") == [("cake", "issued")]


class TestWelcome:
    """R-30: a third grant, the motive for the first order."""

    def story(self, **terms):
        cafe = a_cafe(rewards=MENU, welcome=COFFEE, budget=10_000, **terms)
        a_friend(cafe, code=code_of(cafe).text)
        assert vouchers_of(cafe, "grace") == [("coffee", "issued")]
        assert PlanBudget.objects.get().spent == 200
        return cafe

    def test_is_there_at_joining_and_stays(self):
        cafe = self.story()
        used(cafe, "grace")

        bought(cafe)
        ticked(cafe, "12-04 09:00")

        assert vouchers_of(cafe, "grace") == [("coffee", "redeemed")]
        assert grants_of(cafe) == {
            "advocate": ("granted", 0),
            "friend": ("granted", 0),
            "welcome": ("granted", 0),
        }

    @pytest.mark.parametrize(("spent", "left"), [(False, "cancelled"), (True, "redeemed")])
    def test_goes_unused_when_the_referral_expires_or_is_rejected(self, spent, left):
        expired, rejected = self.story(), None
        if spent:
            used(expired, "grace")
        ticked(expired, "2027-01-11 08:00")
        rejected = a_friend(expired, "anne", code=code_of(expired).text, joined="11-11 08:00")
        if spent:
            used(expired, "anne", order="order-2")
        reject_by_hand(
            program=expired,
            referral_id=referral_of(expired, "anne").pk,
            reason="Odd.",
            actor=a_staff_actor(),
            at=at("11-12 09:00"),
        )

        outcome = ("granted", 0) if spent else ("reversed", 1)
        for name in ("grace", "anne"):
            assert vouchers_of(expired, name) == [("coffee", left)]
            assert grants_of(expired, name)["welcome"] == outcome
        assert (referral_of(expired).state, referral_of(expired, "anne").state) == (
            "expired",
            "rejected",
        )
        assert PlanBudget.objects.get().spent == (400 if spent else 0)
        assert rejected.pk

    def test_is_left_alone_while_the_window_runs(self):
        """A return takes promises back; the way to another first order stays open."""
        cafe = self.story()
        bought(cafe)

        returned(cafe, when="11-25 09:00")

        assert referral_of(cafe).state == "joined"
        assert vouchers_of(cafe, "grace") == [("coffee", "issued")]

    def test_is_nobodys_who_is_blocked(self):
        """R-37."""
        cafe = a_cafe(rewards=MENU, welcome=COFFEE)

        a_friend(cafe, code=code_of(cafe).text, email="ada@example.org")

        assert referral_of(cafe).state == "rejected"
        assert vouchers_of(cafe, "grace") == []
