"""Paying: blocks, the most usable, and why not more (E-76, E-77)."""

from fractions import Fraction

import pytest

from loyalty.checkout.paying import PayTerms, Room, most_usable, trimmed, value_in

TERMS = PayTerms(points_per_block=100, money_per_block=100, min_points=500, max_share="0.5")


def a_room(available, goods, terms=TERMS):
    return Room(terms=terms, available=available, within_share=terms.points_within(Fraction(goods)))


@pytest.mark.parametrize(
    ("balance", "goods", "most", "held_by"),
    [
        (3250, 4000, 2000, ["share"]),
        (730, 4000, 700, ["block"]),
        (3250, 990, 0, ["share", "minimum"]),
        (3250, 1000, 500, ["share"]),
        (499, 9900, 0, ["block", "minimum"]),
    ],
)
def test_the_most_usable_is_as_in_the_golden_example(balance, goods, most, held_by):
    """E-G16, E-76"""
    points, trims = most_usable(room=a_room(balance, goods))

    assert points == most
    assert [trim.code for trim in trims] == held_by


@pytest.mark.parametrize(
    ("wanted", "used", "why"),
    [
        (2000, 2000, []),
        (5000, 2000, [("available", 5000, 3250), ("share", 3250, 2000)]),
        (2001, 2000, [("share", 2001, 2000)]),
        (1950, 1900, [("block", 1950, 1900)]),
        (450, 0, [("block", 450, 400), ("minimum", 400, 0)]),
        (0, 0, []),
    ],
)
def test_what_is_asked_for_is_trimmed_with_reasons(wanted, used, why):
    """E-77: `available`, `share`, `block`, `minimum`, in this order."""
    points, trims = trimmed(wanted, room=a_room(3250, 4000))

    assert points == used
    assert [(trim.code, trim.before, trim.after) for trim in trims] == why


def test_a_pay_block_that_leaves_them_out_has_the_defaults():
    """E-76: a minimum of 500 and half of the goods."""
    terms = PayTerms.read({"points_per_block": 100, "money_per_block": 100})

    assert (terms.min_points, terms.max_share) == (500, "0.5")


def test_a_currency_without_a_pay_block_cannot_pay():
    """E-76"""
    assert PayTerms.read({}) is None


def test_a_worth_is_converted_once_and_rounded_down():
    """E-76: 5.00 EUR at 0.0222 EUR a hryvnia are 225.2252… UAH."""
    assert value_in(TERMS.worth(500), factor=Fraction(222, 10_000)) == 22522
