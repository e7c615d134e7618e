"""Stamps by hand and by token: limits, undoing, expiry."""

import pytest

from gamification.stamps.models import Stamp
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from tests.world.access import a_shop
from tests.world.clocked import bought, it_is
from tests.world.members import a_member
from tests.world.play import coffees
from tests.world.stamps import OPEN, a_card, rows_of, stamped, total_of

pytestmark = pytest.mark.django_db

CARD = "/v1/stamp-cards/drinks"


def refused(code, work):
    with pytest.raises(DomainError) as refusal:
        work()
    assert refusal.value.code == code


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "code", "first", "second"),
        [
            ({"per_visit": 2}, "stamp_limit_visit", (2, "11-02 10:00"), (3, "11-02 10:01")),
            ({"per_day": 3}, "stamp_limit_day", (3, "11-02 10:00"), (1, "11-02 21:59")),
            (
                {"per_hours": {"stamps": 3, "hours": 4}},
                "stamp_limit_hours",
                (3, "11-02 10:00"),
                (1, "11-02 13:59"),
            ),
            ({"per_staff_hour": 3}, "stamp_limit_staff", (3, "11-02 10:00"), (1, "11-02 10:59")),
        ],
    )
    def test_have_each_a_refusal_of_their_own(self, limits, code, first, second):
        """G-71."""
        cafe, card = a_card(stamps_from=None, limits=OPEN | limits)
        stamped(cafe, card, first[0], when=first[1])

        refused(code, lambda: stamped(cafe, card, second[0], when=second[1]))

        assert rows_of(card) == [("given", first[0], first[0])]

    @pytest.mark.parametrize(
        ("limits", "when"),
        [
            ({"per_day": 3}, "11-02 22:00"),
            ({"per_hours": {"stamps": 3, "hours": 4}}, "11-02 14:00"),
            ({"per_staff_hour": 3}, "11-02 11:00"),
        ],
    )
    def test_end_with_their_time(self, limits, when):
        """G-71: the day is Kyiv's, hours are exact."""
        cafe, card = a_card(stamps_from=None, limits=OPEN | limits)
        stamped(cafe, card, 3, when="11-02 10:00")

        stamped(cafe, card, 3, when=when)

        assert total_of(cafe, card) == 6

    def test_ask_for_a_purchase_that_is_large_enough(self):
        """G-71."""
        cafe, card = a_card(stamps_from=None, limits=OPEN | {"minimum_spend": 300})

        refused("stamp_minimum_spend", lambda: stamped(cafe, card, when="11-02 10:00", spend=299))
        stamped(cafe, card, when="11-02 10:00", spend=300)

        assert total_of(cafe, card) == 1

    def test_of_one_hand_hold_for_all_whom_it_stamps(self):
        """G-71."""
        cafe, card = a_card(stamps_from=None, limits=OPEN | {"per_staff_hour": 3})
        a_member(cafe, "grace")
        stamped(cafe, card, 3, when="11-02 10:00")

        refused("stamp_limit_staff", lambda: stamped(cafe, card, who="grace", when="11-02 10:30"))
        stamped(cafe, card, who="grace", when="11-02 10:30", actor=job("another"))

        assert total_of(cafe, card, "grace") == 1

    def test_forget_what_was_undone(self):
        """G-71, G-72."""
        cafe, _card = a_card(stamps_from=None, limits=OPEN | {"per_day": 3})
        it_is(cafe, "11-02 10:00")
        shop = a_shop(cafe)
        told = shop.post(f"{CARD}/stamps", {"member": "ext:ada", "quantity": 3}, key="a").json()
        shop.post(f"/v1/stamps/{told['id']}/undo", {"reason": "Wrong card."}, key="b")

        again = shop.post(f"{CARD}/stamps", {"member": "ext:ada", "quantity": 3}, key="c")

        assert (again.status_code, again.json()["total"]) == (201, 3)


class TestDoors:
    def test_show_cards_and_why(self):
        """G-102."""
        cafe, card = a_card(endowed=2)
        bought(cafe, "o-1", when="11-02 10:00", lines=coffees(3))
        shop = a_shop(cafe, "stamps:read")

        (shown,) = shop.get("/v1/members/ext:ada/stamp-cards").json()["data"]
        why = shop.get("/v1/members/ext:ada/stamp-cards/drinks/explanation").json()

        assert [shown[name] for name in ("total", "number", "filled", "size")] == [5, 1, 5, 10]
        assert [(each["at"], each["is_reached"], each["state"]) for each in shown["positions"]] == [
            (5, True, "given"),
            (10, False, None),
        ]
        assert [(each["kind"], each["quantity"]) for each in why["stamps"]] == [
            ("given", 3),
            ("gift", 2),
        ]
        assert card.slug == shown["slug"]

    def test_show_an_endowed_card_before_its_first_stamp(self):
        """G-74."""
        cafe, _card = a_card(endowed=2)

        (shown,) = a_shop(cafe).get("/v1/members/ext:ada/stamp-cards").json()["data"]

        assert (shown["filled"], Stamp.objects.count()) == (2, 0)

    def test_can_be_tried(self):
        """A dry run keeps nothing."""
        cafe, _card = a_card(stamps_from=None)

        answer = a_shop(cafe).post(f"{CARD}/stamps?dry_run=true", {"member": "ext:ada"}, key="a")

        assert (answer.status_code, answer.json()["total"]) == (200, 1)
        assert not Stamp.objects.exists()

    def test_are_closed_by_a_card_that_rests(self):
        """G-28."""
        cafe, _card = a_card(stamps_from=None)
        a_card(cafe=cafe, stamps_from=None, state="paused", when="11-01 06:00")

        answer = a_shop(cafe).post(f"{CARD}/stamps", {"member": "ext:ada"}, key="a")

        assert (answer.status_code, answer.json()["code"]) == (409, "definition_state")

    @pytest.mark.parametrize(
        ("wording", "pointer"),
        [
            ({"positions": [{"at": 3, "prize": {"kind": "points", "currency": "stars", "points": 1}}] * 2}, "/positions"),
            ({"size": 4}, "/positions"),
            ({"endowed": 10}, "/endowed"),
        ],
    )  # fmt: skip
    def test_refuse_a_card_that_cannot_be(self, wording, pointer):
        """G-67."""
        with pytest.raises(DomainError) as refusal:
            a_card(**wording)

        assert refusal.value.code == "malformed"
        assert [each.pointer[-len(pointer) :] for each in refusal.value.problems] == [pointer]

    def test_refuse_another_size(self):
        """G-67: totals count cards by it."""
        cafe, _card = a_card()

        with pytest.raises(DomainError) as refusal:
            a_card(cafe=cafe, size=12, when="11-01 06:00")

        assert refusal.value.code == "definition_field_fixed"
