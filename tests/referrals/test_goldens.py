"""The worked examples R-X1 to R-X5 of the page on referrals, to the second and the cent."""

import pytest

from referrals.attribution.kinds import TouchKind
from referrals.attribution.touching import Context, touch
from referrals.attribution.visitors import new_visitor, signed
from referrals.codes.issuing import set_suspended
from referrals.rewards.models import ReferralGrant
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    grants_of,
    points_of,
    referral_of,
    story_of,
    ticked,
    told,
)

pytestmark = pytest.mark.django_db


def clicked(program, code, *, visitor, when, kind=TouchKind.CLICK):
    touch(code=code, kind=kind, context=Context(visitor=visitor), friend_id=None, at=at(when))


class TestWindow:
    """R-X1: half open, compared strictly, in exact multiples of 24 hours (R-2)."""

    @pytest.mark.parametrize(
        ("joined", "brought"), [("12-01 09:59:59", True), ("12-01 10:00:00", False)]
    )
    def test_of_a_touch(self, joined, brought):
        """R-15."""
        cafe, visitor = a_cafe(), new_visitor()
        clicked(cafe, code_of(cafe), visitor=visitor, when="11-01 10:00")

        friend = a_friend(cafe, joined=joined, code=signed(visitor))

        assert friend.pk
        assert _is_brought(cafe) is brought

    @pytest.mark.parametrize(
        ("ordered", "state"),
        [("2027-01-09 07:59:59", "pending"), ("2027-01-09 08:00:00", "joined")],
    )
    def test_of_an_order(self, ordered, state):
        """R-24."""
        cafe = a_cafe()
        a_friend(cafe, joined="11-10 08:00", code=code_of(cafe).text)

        bought(cafe, when=ordered)

        assert referral_of(cafe).state == state


def _is_brought(program):
    from referrals.attribution.models import Referral

    return Referral.objects.filter(program=program).exists()


class TestChoice:
    """R-X2: the first valid touch; a typed code outranks a cookie; frozen at joining."""

    def a_choice(self, *, typed=False, suspended=False):
        cafe, visitor = a_cafe(), new_visitor()
        for name in ("boris", "carol"):
            a_member(cafe, name)
        clicked(cafe, code_of(cafe, "ada"), visitor=visitor, when="11-01 10:00")
        clicked(cafe, code_of(cafe, "boris"), visitor=visitor, when="11-03 10:00")
        if suspended:
            advocate = code_of(cafe, "ada").advocate
            set_suspended(
                program=cafe,
                advocates=[advocate.pk],
                suspended=True,
                actor=KEY,
                at=at("11-05 10:00"),
            )
        friend = a_member(cafe, "grace", at=at("11-10 08:00"))
        told_code = code_of(cafe, "carol").text if typed else signed(visitor)
        told(cafe, friend, told_code, when="11-10 08:00", visitor=visitor)
        return cafe

    def whose(self, cafe):
        return referral_of(cafe).advocate.member.external_id

    def test_of_two_links_the_first(self):
        """R-16."""
        assert self.whose(self.a_choice()) == "ada"

    def test_a_typed_code_outranks_links(self):
        """R-16, R-17."""
        cafe = self.a_choice(typed=True)

        assert self.whose(cafe) == "carol"
        assert sorted(each["why"] for each in referral_of(cafe).considered) == [
            "outranked",
            "outranked",
            "won",
        ]

    def test_a_suspended_advocate_falls_through_to_the_next(self):
        """R-7, R-15."""
        cafe = self.a_choice(suspended=True)

        assert self.whose(cafe) == "boris"
        assert {each["why"] for each in referral_of(cafe).considered} == {
            "advocate_suspended",
            "won",
        }

    def test_later_touches_steal_nothing(self):
        """R-18: joined through Ada, then Boris typed at the first check-out."""
        cafe = self.a_choice()
        friend = referral_of(cafe).friend

        with pytest.raises(Exception, match="referral_exists"):
            told(cafe, friend, code_of(cafe, "boris").text, when="11-12 08:00")

        assert self.whose(cafe) == "ada"


class TestQualification:
    """R-X3: a partial return takes it back, a later order qualifies anew, two promises never pay twice."""

    def test_coffee_gift_card_shipping_and_points(self):
        """R-24, R-25, R-29."""
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        lines = [
            {"sku": "COF", "quantity": 1, "amount": 4500, "line_id": "coffee"},
            {"sku": "CARD", "quantity": 1, "amount": 2000, "gift_card": True},
        ]

        bought(
            cafe, when="11-20 09:00", total=7000, shipping=500, paid_with_points=700, lines=lines
        )
        assert referral_of(cafe).state == "pending"
        assert referral_of(cafe).release_at == at("12-04 09:00")
        assert {state for state, _back in grants_of(cafe).values()} == {"promised"}

        returned_coffee(cafe, amount=2000)
        assert referral_of(cafe).state == "joined"
        assert {state for state, _back in grants_of(cafe).values()} == {"cancelled"}

        bought(cafe, when="11-28 09:00", total=3500, order_id="order-2")
        assert referral_of(cafe).release_at == at("12-12 09:00")
        before = points_of(cafe, "grace")
        ticked(cafe, "12-12 09:00")

        assert referral_of(cafe).state == "approved"
        assert points_of(cafe, "ada") == 500
        assert points_of(cafe, "grace") == before + 300
        assert ReferralGrant.objects.filter(referral=referral_of(cafe)).count() == 2
        assert [to for _from, to, _why in story_of(referral_of(cafe))] == [
            "joined",
            "pending",
            "joined",
            "pending",
            "approved",
        ]

    @pytest.mark.parametrize(("total", "state"), [(3000, "pending"), (2999, "joined")])
    def test_the_minimum_is_reached_or_not(self, total, state):
        """R-24: 30.00 suffices, 29.99 does not."""
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)

        bought(cafe, total=total)

        assert referral_of(cafe).state == state

    def test_what_is_left_out_does_not_count(self):
        """R-24."""
        cafe = a_cafe(left_out_skus=["MUG"])
        a_friend(cafe, code=code_of(cafe).text)

        bought(cafe, total=4500, lines=[{"sku": "MUG", "quantity": 1, "amount": 4500}])

        assert referral_of(cafe).state == "joined"


def returned_coffee(program, *, amount):
    from tests.world.events import an_event, taken

    told_return = an_event(
        "order.returned",
        member="ext:grace",
        source_id="return-1",
        at=at("11-25 09:00"),
        data={"order_id": "order-1", "lines": [{"line_id": "coffee", "amount": amount}]},
    )
    (outcome,) = taken(program, told_return, at=at("11-25 09:00"))
    assert outcome.refusal is None
    from loyalty.outbox.delivering import deliver_until_idle

    deliver_until_idle(program_id=program.pk)
