"""Two phones show the same token (G-70): one stamp, whoever comes first."""

from functools import partial

import pytest

from gamification.stamps import tokens
from gamification.stamps.stamping import stamp_by_token
from gamification.stamps.tokens import Wanted, issue_token
from tests.world.members import a_member
from tests.world.play import at, member_of
from tests.world.racing import at_once
from tests.world.stamps import TILL, a_card, total_of

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = 32


def shown_at_once():
    """As many members as phones, one token; what each came to, and how many stamps there are."""
    cafe, card = a_card(stamps_from=None)
    made = issue_token(card=card, wanted=Wanted(lasts="P1D"), actor=TILL, at=at("11-02 10:00"))
    names = ["ada", *(f"friend-{number}" for number in range(PHONES - 1))]
    for name in names[1:]:
        a_member(cafe, name)
    works = [
        partial(
            stamp_by_token,
            program=cafe,
            card=card,
            member_id=member_of(cafe, name).pk,
            token=made.token,
            may_inspect=False,
            at=at("11-02 10:01"),
        )
        for name in names
    ]
    outcomes = at_once(*works)
    return sorted(outcomes), sum(total_of(cafe, card, name) for name in names)


def test_one_of_them_is_stamped():
    outcomes, stamps = shown_at_once()

    assert outcomes == ["done"] + ["stamp_token_not_usable"] * (PHONES - 1)
    assert stamps == 1


def test_all_of_them_are_where_looking_and_using_are_two_steps(monkeypatch):
    """Control: the race is real, and behind the one conditional update the database refuses as well."""
    monkeypatch.setattr(tokens, "_USE", tokens._USE.replace("AND used_at IS NULL", ""))

    outcomes, stamps = shown_at_once()

    assert outcomes.count("done") == 1
    assert outcomes.count("stamp_token_is_used_once") == PHONES - 1
    assert stamps == 1
