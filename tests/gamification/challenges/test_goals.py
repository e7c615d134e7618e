"""What all reach together: a shared total, decided at its close, for whoever added enough (G-54, SR-79)."""

import pytest

from gamification.challenges.models import Attempt, GoalShard
from loyalty.foundation.refusals import DomainError
from tests.world.challenges import CUPS, a_challenge, closed, goes_of, joined, stars_of
from tests.world.clocked import a_test_cafe, bought, returned
from tests.world.members import a_member
from tests.world.play import coffees, member_of

pytestmark = pytest.mark.django_db

STEPS = [{"measure": CUPS, "at_least": 1}]
GOAL = {"target": 10_000, "min_contribution": 50}
CAST = ("ada", "bob", "cy")


def total_of(cafe):
    return sum(GoalShard.objects.filter(challenge__program=cafe).values_list("total", flat=True))


@pytest.fixture
def community():
    """G-X13: Ada 9,000, Bob 970, Cy 40."""
    cafe = a_test_cafe()
    for name in CAST[1:]:
        a_member(cafe, name)
    a_challenge(cafe=cafe, steps=STEPS, goal=GOAL)
    for name, cups in zip(CAST, (9_000, 970, 40), strict=True):
        bought(cafe, f"o-{name}", when="11-10 09:00", who=name, lines=coffees(cups))
    return cafe


def test_whoever_added_enough_wins_when_the_target_is_reached(community):
    """G-X13: 10,010 at the close: Ada and Bob win, Cy has added 40 of 50."""
    assert (total_of(community), stars_of(community)) == (10_010, 0)

    closed(community, when="12-02 22:00")

    assert [goes_of(community, name)[0][1] for name in CAST] == [
        "completed",
        "completed",
        "expired",
    ]
    assert [stars_of(community, name) for name in CAST] == [60, 60, 0]


def test_what_comes_back_before_the_close_counts_against_it(community):
    """G-X13: 20 of Bob's come back: 9,990, and nobody wins."""
    returned(
        community, "o-bob", when="11-20 09:00", who="bob", lines=[{"sku": "COF-1", "quantity": 20}]
    )
    assert total_of(community) == 9_990

    closed(community, when="12-02 22:00")

    assert [stars_of(community, name) for name in CAST] == [0, 0, 0]


def test_what_comes_back_after_the_close_counts_against_oneself(community):
    """G-53, G-54: the goal stays reached; who falls below the least loses the prize."""
    closed(community, when="12-02 22:00")

    returned(community, "o-bob", when="12-10 09:00", who="bob", lines=[{"sku": "COF-1", "quantity": 930}])  # fmt: skip

    assert [stars_of(community, name) for name in CAST] == [60, 0, 0]


@pytest.fixture
def teams():
    cafe = a_test_cafe()
    for name in CAST[1:]:
        a_member(cafe, name)
    return a_challenge(
        cafe=cafe, steps=STEPS, activation="join", goal={"target": 10, "pool": "team"}
    )


def test_each_team_has_a_total_of_its_own(teams):
    """SR-79: two of one team reach ten together; a team of one is none."""
    cafe, challenge = teams
    code = joined(cafe, challenge, when="11-02 09:00").team.code
    joined(cafe, challenge, when="11-02 10:00", who="bob", team=code.lower())
    joined(cafe, challenge, when="11-02 11:00", who="cy")
    for name, cups in zip(CAST, (6, 4, 20), strict=True):
        bought(cafe, f"o-{name}", when="11-10 09:00", who=name, lines=coffees(cups))

    closed(cafe, when="12-02 22:00")

    assert [stars_of(cafe, name) for name in CAST] == [60, 60, 0]


def test_a_team_takes_ten_and_no_unknown_code(teams):
    """SR-79: a code that nobody has and a full team are refused alike; nothing is joined."""
    cafe, challenge = teams
    code = joined(cafe, challenge, when="11-02 09:00").team.code
    for number in range(9):
        a_member(cafe, f"friend-{number}")
        joined(cafe, challenge, when="11-02 10:00", who=f"friend-{number}", team=code)
    for told in (code, "NONESUCH"):
        with pytest.raises(DomainError) as refusal:
            joined(cafe, challenge, when="11-02 11:00", who="bob", team=told)
        assert refusal.value.code == "challenge_not_eligible"

    assert not Attempt.objects.filter(member=member_of(cafe, "bob")).exists()
