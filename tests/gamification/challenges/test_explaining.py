"""Why a challenge is done, or not, and what nearly counted."""

import pytest

from gamification.challenges.looking.explaining import explain_challenge
from tests.world.challenges import CUPS, a_challenge, joined
from tests.world.clocked import bought, returned
from tests.world.members import a_member
from tests.world.play import at, coffees, member_of

pytestmark = pytest.mark.django_db

COFFEES = [{"measure": CUPS | {"where": {"category": ["coffee"]}}, "at_least": 3}]


def explained(cafe, challenge, *, when, who="ada"):
    return explain_challenge(
        program=cafe, challenge=challenge, member_id=member_of(cafe, who).pk, at=at(when)
    )


def test_not_yet_and_what_nearly_counted():
    """G-102, G-103: two of three cups; the tea and the returned cup failed one clause each."""
    cafe, challenge = a_challenge(steps=COFFEES)
    bought(cafe, "o-1", when="11-02 09:00", lines=coffees(2))
    tea = [{"sku": "TEA-1", "quantity": 1, "amount": 100, "categories": ["tea"]}]
    bought(cafe, "o-2", when="11-03 09:00", lines=tea)
    bought(cafe, "o-3", when="11-04 09:00", lines=coffees(1))
    returned(cafe, "o-3", when="11-05 09:00")

    told = explained(cafe, challenge, when="11-06 09:00")

    assert (told["reason"], told["status"], told["grant"]) == ("not_yet", "running", None)
    (leaf,) = told["tree"]["all"]
    assert (leaf["value"], leaf["target"], leaf["reached"]) == (2, 3, False)
    assert [each["reason"] for each in told["near_misses"]] == ["returned", "filter_category"]


def test_done_and_too_late_for_the_prize():
    """G-52, G-103: done as the second of one winner: the reason is why nothing was given."""
    cafe, challenge = a_challenge(at_least=1, winners=1)
    a_member(cafe, "grace")
    bought(cafe, "o-1", when="11-02 09:00", who="grace")
    bought(cafe, "o-2", when="11-03 09:00")

    told = explained(cafe, challenge, when="11-06 09:00")

    assert (told["reason"], told["grant"]["state"]) == ("winners_full", "capped")
    assert explained(cafe, challenge, when="11-06 09:00", who="grace")["reason"] == "reached"


def test_before_anything_was_joined():
    """G-103: everything that was bought lies before it began."""
    cafe, challenge = a_challenge(window={"from_joining": "P30D"}, activation="join", count_from="joined")  # fmt: skip
    assert explained(cafe, challenge, when="11-02 09:00")["status"] == "open"
    joined(cafe, challenge, when="11-02 09:00")
    bought(cafe, "o-1", when="11-01 09:00", told_at="11-02 10:00")

    told = explained(cafe, challenge, when="11-02 11:00")

    assert [each["reason"] for each in told["near_misses"]] == ["before_start"]
