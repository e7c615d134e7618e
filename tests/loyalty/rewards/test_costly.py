"""What is costly: the programme's limits for a proof of who it is, and the rest after a changed contact (S-19, S-20)."""

from datetime import timedelta

import pytest

from loyalty.members.changing import Change, change
from loyalty.members.models import Member
from loyalty.rewards.models import Redemption
from tests.loyalty.rewards.test_redeeming import refusal_of
from tests.world.ledger import TILL, parts_of
from tests.world.programs import applied
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_gift_card,
    a_guest,
    a_reward,
    given,
    got,
    got_all,
    wish,
)

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


def usd(amount):
    return {"amount": amount, "currency": "USD"}


def set_to(cafe, **settings):
    """The programme with these settings, as its owner writes them."""
    return applied({"program": {"slug": cafe.slug} | settings}, own=cafe).program


def asked_for(*rewards, **settings):
    """Which of these a member cannot take without a proof; 5,000 points are there."""
    cafe = a_cafe(*rewards, **settings)
    ada = a_guest(cafe, 5000)
    wishes = [wish(ada, each["slug"], is_confirmed=False) for each in rewards]
    handed = got_all(wishes, of=cafe, partial=True)
    return [each.wish.reward for each in handed if each.refusal]


class TestLimits:
    @pytest.mark.parametrize(
        ("limit", "asked"),
        [(0, ["at", "above"]), (100, ["above"]), (101, []), (None, [])],
    )
    def test_points_ask_above_the_programmes_limit(self, limit, asked):
        """S-19: 0 asks for whatever costs points, null never."""
        rewards = (a_reward("at", price=100), a_reward("above", price=101))

        assert asked_for(*rewards, step_up_points=limit) == asked

    @pytest.mark.parametrize(
        ("limit", "asked"),
        [(0, ["at", "above"]), (2000, ["above"]), (2001, []), (None, [])],
    )
    def test_money_asks_above_the_programmes_limit(self, limit, asked):
        """S-19: in minor units of the programme's money."""
        rewards = (a_gift_card(2000, slug="at"), a_gift_card(2001, slug="above"))

        assert asked_for(*rewards, step_up_money=limit) == asked

    def test_money_is_known_by_face_by_what_comes_off_or_by_what_it_costs(self):
        """S-19: the first of the three that was told; in foreign money alone it counts as more; unknown, points decide."""
        rewards = (
            a_reward("off", kind="amount_off", terms={"money": [usd(1), eur(2001)]}),
            a_reward("off-abroad", kind="amount_off", terms={"money": usd(1)}),
            a_reward("most", kind="percent_off", terms={"percent": "10", "max_discount": 2001}),
            a_reward("cup", terms={"skus": ["CUP"], "max_value": 2000}, unit_cost=eur(9000)),
            a_reward("chair", terms={"skus": ["CHAIR"]}, unit_cost=eur(2001)),
            a_reward("anything"),
        )

        assert asked_for(*rewards) == ["off", "off-abroad", "most", "chair"]

    def test_pieces_count_together(self):
        """S-19: two of 10.01 are more than 20.00, and say so without points."""
        ada = a_guest(a_cafe(a_gift_card(1001)), 5000)

        refusal = refusal_of(lambda: got(ada, "card", quantity=2, is_confirmed=False))

        assert (refusal.code, refusal.values) == ("step_up_needed", {"limit": None})
        assert refusal.sentence() == "It is worth so much that it needs to be confirmed first."
        assert got(ada, "card", is_confirmed=False).redemption.points == 100
        assert parts_of(ada) == (4900, 0, 0, 0)

    def test_what_is_told_is_shown_again(self):
        """S-19: settings of the programme document."""
        cafe = a_cafe()
        before = (cafe.step_up_points, cafe.step_up_money)

        told = set_to(cafe, step_up_points=None, step_up_money=0)

        assert before == (2000, 2000)
        assert (told.step_up_points, told.step_up_money, told.version) == (None, 0, 2)


class TestRest:
    @pytest.fixture
    def ada(self):
        cafe = a_cafe(a_reward(price=2001), a_reward("small", price=2000))
        ada = a_guest(cafe, 9000)
        for email in ("ada@example.org", "eve@example.net"):
            told = Change(profile={"email": email})
            change(member=ada, told=told, actor=TILL, at=NOON)
        return ada

    def test_what_is_costly_waits_for_48_hours(self, ada):
        """S-20: even with a proof, through every door; what is small is taken, gifts come."""
        end = NOON + 48 * HOURS
        refusal = refusal_of(lambda: got(ada, when=end - timedelta(seconds=1)))
        left = parts_of(ada)
        got(ada, "small", when=NOON)
        given(ada, when=NOON)

        got(ada, when=end)

        assert (refusal.code, refusal.values) == ("deeds_rest", {"until": end})
        assert "48 hours" not in refusal.sentence()
        assert left == (9000, 0, 0, 0)
        assert Redemption.objects.filter(member=ada).count() == 3

    def test_says_in_words_until_when(self, ada):
        """S-20, U-4: by the clock of the programme."""
        refusal = refusal_of(lambda: got(ada, is_confirmed=False))

        assert refusal.sentence() == (
            "The e-mail address or phone was changed lately. To be safe, what is costly waits until 23 November 2026, 12:00."
        )

    def test_does_not_follow_a_first_contact(self):
        """S-20: nobody had one to lose."""
        ada = a_guest(a_cafe(a_reward(price=2001)), 9000)
        change(member=ada, told=Change(profile={"phone": "+4420"}), actor=TILL, at=NOON)

        got(ada)

        assert Member.objects.get(pk=ada.pk).rests_until is None

    def test_is_nothing_where_no_limit_is(self, ada):
        """S-19, S-20: a programme without limits has nothing that is costly."""
        set_to(ada.program, step_up_points=None, step_up_money=None)
        ada.program.refresh_from_db()

        got(ada)

        assert parts_of(ada)[0] == 6999


class TestPause:
    def test_nothing_is_taken_for_points_while_paused(self):
        """Gifts come, nothing is lost; afterwards all is as before."""
        cafe = a_cafe()
        ada = a_guest(cafe, 500)
        ada.program = set_to(cafe, paused=True)
        refusal = refusal_of(lambda: got(ada))
        left = parts_of(ada)
        given(ada)
        ada.program = set_to(cafe, paused=False)

        got(ada)

        assert (refusal.code, left) == ("program_paused", (500, 0, 0, 0))
        assert parts_of(ada) == (400, 0, 0, 0)
