"""Rewards that tiers bring, and those that are redeemed at night (W-26, W-70; section 8 of the page on tiers)."""

from datetime import timedelta

import pytest

from loyalty.members.consenting import ConsentTold, note_consents
from loyalty.rewards.giving.automatic import PURPOSE, redeem_automatically
from loyalty.rewards.giving.tier_gifts import give_for_tiers
from loyalty.rewards.models import AutomaticRun
from loyalty.tiers.giving.occasions import Occasion
from loyalty.tiers.kinds import GiftKind
from tests.world.access import a_staff
from tests.world.events import an_event, taken
from tests.world.ledger import TILL, in_unit, movements_of
from tests.world.outbox import delivered_at
from tests.world.programs import a_program
from tests.world.rewards import NOON, a_cafe, a_guest, a_guest_in, a_reward, got, left_of
from tests.world.tiers import TIERS, a_ladder

pytestmark = pytest.mark.django_db

GIVING = [
    *TIERS[:2],
    TIERS[2]
    | {"benefits": {"entry_gift": {"reward": "coffee"}, "birthday_gift": {"reward": "coffee"}}},
]


class TestTierGifts:
    def a_golden_ada(self):
        cafe = a_program(
            parts={"tiers": a_ladder(tiers=GIVING), "rewards": [a_reward(stock=5)]}, at=NOON
        )
        return a_guest_in("gold", cafe, 0)

    def told(self, ada, gift, *, when=NOON + timedelta(hours=1)):
        occasion = Occasion(member_id=ada.pk, gift=gift, at=when, slug="gold" if gift == GiftKind.ENTRY else "")  # fmt: skip
        return in_unit(give_for_tiers, program=ada.program, occasions=[occasion], at=when)

    @pytest.mark.parametrize("gift", list(GiftKind))
    def test_come_once(self, gift):
        """The page on tiers, section 8: on entry once in 12 months, on a birthday once in 300 days."""
        ada = self.a_golden_ada()

        first = self.told(ada, gift)
        again = self.told(ada, gift) + self.told(ada, gift, when=NOON + timedelta(days=200))

        assert [each.redemption.origin for each in first] == ["tier"]
        assert again == []
        assert left_of(ada.program) == 4

    def test_come_again_on_the_next_birthday(self):
        """E-7: 300 days later."""
        ada = self.a_golden_ada()
        self.told(ada, GiftKind.BIRTHDAY)

        assert len(self.told(ada, GiftKind.BIRTHDAY, when=NOON + timedelta(days=364))) == 1

    @pytest.mark.parametrize(("is_import", "given"), [(False, 1), (True, 0)])
    def test_come_on_the_day_and_not_with_an_imported_history(self, is_import, given):
        """E-7, section 8: a birthday of years ago is no reason for a present of today."""
        ada = self.a_golden_ada()
        birthday = an_event("member.birthday", source_id="b-1", at=NOON + timedelta(hours=1))

        taken(ada.program, birthday, at=NOON + timedelta(hours=1), is_import=is_import)
        delivered_at()

        assert left_of(ada.program) == 5 - given

    def test_of_a_tier_left_behind_do_not_come(self):
        """Only the tier reached gives."""
        ada = self.a_golden_ada()
        occasion = Occasion(member_id=ada.pk, gift=GiftKind.ENTRY, at=NOON + timedelta(hours=1), slug="silver")  # fmt: skip

        assert in_unit(give_for_tiers, program=ada.program, occasions=[occasion], at=NOON) == []


class TestAutomatic:
    def a_night(self, cafe, *, when=NOON):
        cursor, chunks = None, 0
        while chunks == 0 or cursor is not None:
            cursor = in_unit(redeem_automatically, program=cafe, cursor=cursor, at=when)
            chunks += 1
        return chunks

    def test_goes_by_the_order_of_the_catalogue(self):
        """W-70: one reward after the other, as far as points go."""
        cafe = a_cafe(
            a_reward("first", price=300, automatic={"at_points": 700}),
            a_reward("second", price=100, automatic={"at_points": 100}),
        )
        ada = a_guest(cafe, 1050)

        self.a_night(cafe)

        assert movements_of(ada) == [1050, -300, -300, -100, -100, -100, -100]

    def test_stops_at_limits_and_stock(self):
        """W-70: who is refused is left out."""
        cafe = a_cafe(a_reward(stock=3, automatic={"at_points": 100}, limits=[{"times": 2, "period": "day"}]))  # fmt: skip
        guests = [a_guest(cafe, name=name) for name in ("ada", "grace")]

        self.a_night(cafe)

        assert [len(movements_of(guest)) - 1 for guest in guests] == [2, 1]
        assert left_of(cafe) == 0

    def test_leaves_a_report_for_staff(self):
        """W-70: of each night and reward, with the reasons; a chunk that runs again counts nobody twice."""
        cafe = a_cafe(a_reward(stock=3, automatic={"at_points": 100}, limits=[{"times": 2, "period": "day"}]))  # fmt: skip
        for name in ("ada", "grace"):
            a_guest(cafe, name=name)

        self.a_night(cafe)

        run = AutomaticRun.objects.get()
        assert (run.reward.slug, run.day.isoformat(), run.redeemed) == ("coffee", "2026-11-21", 3)
        assert run.left_out == {"limit_reached": 8, "reward_out_of_stock": 9}
        page = a_staff(cafe, "analyst").get("/admin/loyalty/automaticrun/")
        assert "<bdi>limit_reached</bdi>: 8" in page.content.decode()

    def test_leaves_out_who_switched_it_off(self):
        """W-70."""
        cafe = a_cafe(a_reward(automatic={"at_points": 100}))
        ada = a_guest(cafe)
        told = [ConsentTold(purpose=PURPOSE, is_given=False)]
        note_consents(member=ada, told=told, actor=TILL, at=NOON)

        self.a_night(cafe)

        assert movements_of(ada) == [1000]

    def test_at_once_is_not_needed_by_hand(self):
        """W-70: others redeem as ever."""
        ada = a_guest(a_cafe(a_reward(automatic={"at_points": 5000})))

        self.a_night(ada.program)
        got(ada)

        assert movements_of(ada) == [1000, -100]
