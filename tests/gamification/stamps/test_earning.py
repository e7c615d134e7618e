"""Stamps from what members buy and return; what positions give and take back."""

import pytest

from gamification.stamps.automatic.earning import catch_up
from gamification.stamps.models import Stamp
from tests.world.clocked import a_test_cafe, bought, it_is, returned
from tests.world.ledger import movements_of
from tests.world.play import at, coffees, in_a_unit, member_of
from tests.world.stamps import (
    CAKE,
    COFFEE,
    a_card,
    grants_of,
    rows_of,
    stamped,
    total_of,
)

pytestmark = pytest.mark.django_db


def drinks(quantity, *, back=0):
    """A line of the order, or of its return."""
    return coffees(quantity) if not back else [{"sku": "COF-1", "quantity": back}]


class TestFollow:
    def test_stamps_the_worked_example(self):
        """G-69, G-X9: 3 drinks, 7 drinks, 4 come back, 2 more; the cake is given, taken and given again."""
        cafe, card = a_card(endowed=2)

        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(3))
        first = (total_of(cafe, card), grants_of(card))
        bought(cafe, "o-2", when="11-03 10:00", lines=drinks(7))
        second = (total_of(cafe, card), grants_of(card))
        returned(cafe, "o-2", when="11-04 10:00", lines=drinks(0, back=4))
        third = (total_of(cafe, card), grants_of(card))
        bought(cafe, "o-3", when="11-05 10:00", lines=drinks(2))
        fourth = (total_of(cafe, card), grants_of(card))

        assert first == (5, [("1:5", "given")])
        assert second == (12, [("1:10", "given"), ("1:5", "given")])
        assert third == (8, [("1:10", "reversed"), ("1:5", "given")])
        assert fourth == (10, [("1:10", "given"), ("1:5", "given")])
        assert rows_of(card) == [
            ("gift", 2, 2),
            ("given", 3, 5),
            ("given", 7, 12),
            ("returned", -4, 8),
            ("given", 2, 10),
        ]

    def test_leaves_a_prize_that_was_used(self):
        """G-68, G-X9: had the cake been eaten, it stays, and comes no second time."""
        cafe, card = a_card(
            endowed=2,
            positions=[
                {"at": 5, "prize": COFFEE},
                {"at": 10, "prize": CAKE | {"take_back": "keep"}},
            ],
        )
        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(10))

        returned(cafe, "o-1", when="11-04 10:00", lines=drinks(0, back=4))
        bought(cafe, "o-3", when="11-05 10:00", lines=drinks(2))
        at_ten = total_of(cafe, card)
        bought(cafe, "o-4", when="11-06 10:00", lines=drinks(5))

        assert (at_ten, total_of(cafe, card)) == (10, 15)
        assert ("2:5", "given") in grants_of(card)
        assert [points for points in movements_of(member_of(cafe)) if abs(points) == 50] == [50]

    def test_counts_the_order_once_whatever_is_told_twice(self):
        """G-66."""
        cafe, card = a_card()
        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(3))
        ada = member_of(cafe)

        in_a_unit(
            lambda: catch_up(
                program=cafe, card=card, member_ids=[ada.pk], is_silent=True, at=at("11-03 06:00")
            )
        )

        assert rows_of(card) == [("given", 3, 3)]

    def test_gives_no_more_than_an_event_may(self):
        """G-69: two a visit, and still two after one of four came back."""
        cafe, card = a_card(
            stamps_from={"order_lines": {"categories": ["coffee"]}, "max_per_event": 2}
        )
        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(4))

        returned(cafe, "o-1", when="11-02 11:00", lines=drinks(0, back=1))
        after_one = rows_of(card)
        returned(cafe, "o-1", when="11-02 12:00", lines=drinks(0, back=2))

        assert after_one == [("given", 2, 2)]
        assert rows_of(card) == [("given", 2, 2), ("returned", -1, 1)]

    @pytest.mark.parametrize(
        ("source", "stamps"),
        [
            ({"orders": {"min_amount": 300}}, 1),
            ({"orders": {"min_amount": 301}}, 0),
            ({"amount": {"step": 100}}, 3),
            ({"amount": {"step": 100, "categories": ["tea"]}}, 0),
            ({"events": {"type": "order.paid"}}, 1),
        ],
    )
    def test_counts_orders_amounts_or_events(self, source, stamps):
        """G-69."""
        cafe, card = a_card(stamps_from=source)

        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(3))

        assert total_of(cafe, card) == stamps

    def test_takes_all_of_a_cancelled_order(self):
        """G-69."""
        cafe, card = a_card()
        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(3))

        returned(cafe, "o-1", when="11-03 10:00")

        assert rows_of(card) == [("given", 3, 3), ("returned", -3, 0)]


class TestCatchUp:
    def test_stamps_what_was_bought_before(self):
        """G-25, G-26: all at once, and each prize once."""
        cafe = a_test_cafe()
        bought(cafe, "o-1", when="10-02 10:00", lines=drinks(3))
        bought(cafe, "o-2", when="10-03 10:00", lines=drinks(4))
        _cafe, card = a_card(cafe=cafe, when="10-05 06:00", positions=[{"at": 10, "prize": CAKE}])
        ada = member_of(cafe)
        it_is(cafe, "10-06 06:00")

        for _twice in range(2):
            in_a_unit(
                lambda: catch_up(
                    program=cafe,
                    card=card,
                    member_ids=[ada.pk],
                    is_silent=True,
                    at=at("10-06 06:00"),
                )
            )

        assert rows_of(card) == [("given", 3, 3), ("given", 4, 7)]

    def test_leaves_it_to_those_who_want_a_new_start(self):
        """G-25."""
        cafe = a_test_cafe()
        bought(cafe, "o-1", when="10-02 10:00", lines=drinks(3))
        _cafe, card = a_card(
            cafe=cafe,
            when="10-05 06:00",
            grant_existing="none",
            positions=[{"at": 10, "prize": CAKE}],
        )
        ada = member_of(cafe)

        in_a_unit(
            lambda: catch_up(
                program=cafe, card=card, member_ids=[ada.pk], is_silent=True, at=at("10-06 06:00")
            )
        )

        assert not Stamp.objects.exists()


class TestVersions:
    def test_take_nothing_away_by_being_stricter(self):
        """G-22: what was given by another wording is judged by that."""
        cafe, card = a_card()
        bought(cafe, "o-1", when="11-02 10:00", lines=drinks(4))
        a_card(cafe=cafe, when="11-03 06:00", stamps_from={"order_lines": {"categories": ["tea"]}})

        returned(cafe, "o-1", when="11-04 10:00", lines=drinks(0, back=1))
        bought(cafe, "o-2", when="11-05 10:00", lines=drinks(4))

        assert rows_of(card) == [("given", 4, 4), ("returned", -1, 3)]


def test_nothing_is_stamped_twice_by_hand_and_by_itself():
    """G-66: a hand's stamps stand beside those of the order."""
    cafe, card = a_card()
    bought(cafe, "o-1", when="11-02 10:00", lines=drinks(1))

    stamped(cafe, card, 2, when="11-02 10:05")

    assert rows_of(card) == [("given", 1, 1), ("given", 2, 3)]
