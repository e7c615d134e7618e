"""For whom a board is: a condition over how members stand (`who`); boards follow when that changes (G-79)."""

import pytest

from gamification.criteria.refusals import ConditionUnsupported
from gamification.leaderboards.boards.checking import check
from gamification.leaderboards.models import BoardPeriod, BoardScore
from gamification.leaderboards.proofs.auditing import wrong_steps
from loyalty.foundation.refusals import Malformed
from tests.world.access import a_shop
from tests.world.boards import MONTH, moved_on, seen_as, set_clock
from tests.world.earning import a_rule
from tests.world.members import a_member
from tests.world.play import bought, heard, member_of, returned, with_parts
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

TWICE = {
    "slug": "regular",
    "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
    "tiers": [{"slug": "regular", "target": 2, "name": {"en": "Regular"}}],
}
NOVEMBER = {"kind": "date.within", "from": "2026-11-01", "to": "2026-12-01"}
REGULARS = {"measure": {"kind": "badge.held", "badge": "regular"}}


@pytest.fixture
def cafe():
    """A board for whoever holds the badge of regulars: two orders."""
    cafe = a_program(test=True, parts={"rules": [a_rule()], "badges": [TWICE]})
    set_clock(cafe, "11-20 12:00")
    with_parts(cafe, leaderboards=[MONTH | {"k": 1, "who": REGULARS}], when="11-01 07:00")
    for name in ("ana", "bo"):
        seen_as(a_member(cafe, name), "pseudonym")
        bought(cafe, f"o-{name}", who=name, total=300, when="11-05 09:00")
    return cafe


def shown_on(cafe, period="current"):
    told = a_shop(cafe).get(f"/v1/leaderboards/month?period={period}").json()
    return [(row["rank"], row["display_name"], row["score"]) for row in told["rows"]]


def me_on(cafe, name):
    return a_shop(cafe).get(f"/v1/leaderboards/month?member=ext:{name}").json()["me"]


def test_only_those_who_fit_stand_on_it(cafe):
    """They count all along, and come with all they have once they fit; who fits no more leaves."""
    nobody = shown_on(cafe)

    bought(cafe, "o-ana-2", who="ana", total=200, when="11-06 09:00")
    one = shown_on(cafe)
    returned(cafe, "o-ana-2", who="ana", when="11-07 09:00")
    heard(cafe)

    assert nobody == []
    assert one == [(1, "ana", 500)]
    assert shown_on(cafe) == shown_on(cafe, "ever") == []
    assert me_on(cafe, "ana")["score"] == 300
    assert wrong_steps(BoardPeriod.objects.get(key="ever")) == []


def test_an_explanation_says_so(cafe):
    """G-103: `state_not_now`."""
    told = a_shop(cafe).get("/v1/leaderboards/month/around/ext:bo/explanation").json()

    assert (told["reason"], told["score"], told["is_shown"]) == ("state_not_now", 300, False)


def test_a_final_period_stays_as_it_was(cafe):
    """G-80: who left afterwards was there."""
    bought(cafe, "o-ana-2", who="ana", total=200, when="11-06 09:00")
    set_clock(cafe, "12-02 00:00")
    moved_on(cafe, when="12-02 00:00")

    returned(cafe, "o-ana-2", who="ana", when="12-03 09:00")

    assert shown_on(cafe, "2026-11") == [(1, "ana", 500)]
    assert shown_on(cafe, "ever") == []


def test_choosing_to_be_seen_lets_nobody_in(cafe):
    """G-84: the choice of a member is not the condition of the board."""
    seen_as(member_of(cafe, "bo"), "named")

    assert shown_on(cafe) == []
    assert not BoardScore.objects.filter(shown=True).exists()


@pytest.mark.parametrize(
    ("told", "refusal", "where"),
    [
        (
            {"who": {"measure": {"kind": "deeds.count", "of": "order.paid"}, "at_least": 2}},
            ConditionUnsupported,
            "/who",
        ),
        (
            {"who": {"measure": NOVEMBER}},
            ConditionUnsupported,
            "/who",
        ),
        ({"clawback_for": "P401D"}, Malformed, "/clawback_for"),
        ({"clawback_for": "P1M"}, Malformed, "/clawback_for"),
        ({"grace": "P32D"}, Malformed, "/grace"),
    ],
)
def test_what_no_board_can_follow_is_refused(cafe, told, refusal, where):
    """What members did, what only a clock changes, and times without end."""
    with pytest.raises(refusal) as refused:
        check(cafe, {"measure": MONTH["measure"], **told})

    assert where in [each.pointer for each in refused.value.problems]
