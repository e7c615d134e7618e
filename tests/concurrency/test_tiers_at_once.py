"""Many at once on one member: one move, one fact, one gift; reviews by several workers; a grant ended twice."""

from datetime import date
from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.programs.calendar import midnight
from loyalty.tiers import counting
from loyalty.tiers.book import open_book
from loyalty.tiers.giving.granting import end_grant
from loyalty.tiers.midnights import turning
from loyalty.tiers.models import TierGift, TierMove
from loyalty.tiers.writing import write
from tests.world.ledger import TILL, a_member, moving, posted
from tests.world.outbox import delivered_at
from tests.world.racing import at_once, meet
from tests.world.tiers import (
    TIERS,
    a_cafe,
    a_gold_member,
    days_of,
    earned,
    granted,
    lived_until,
    moves_of,
    noon,
    tier_facts_about,
    tier_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

ON = "2026-11-20"
BRONZE, SILVER, GOLD, PLATINUM = TIERS
GIVING = [BRONZE, SILVER | {"benefits": {"entry_gift": {"points": 50}}}, GOLD, PLATINUM]


def test_thirty_two_orders_across_a_threshold_make_one_move():
    """T-10, section 15: one move, one gift, one fact, and every point counted."""
    program = a_cafe(tiers=GIVING)
    ada = a_member(program)
    orders = [partial(earned, 20, by=ada, on=ON, key=f"order-{n}") for n in range(32)]

    assert at_once(*orders) == ["done"] * 32
    delivered_at()

    assert days_of(ada) == {ON: (640, 0, 0)}
    assert moves_of(ada) == [("bronze", "silver", "reached")]
    assert tier_facts_about(ada) == ["tier.upgraded"]
    assert TierGift.objects.count() == 1


def test_they_collide_when_nobody_locks():
    """Control: without the member's lock the race is real, and the database refuses the second first move."""
    program = a_cafe()
    ada = a_member(program)
    at = noon(ON, program)
    earned(1, by=ada, on=ON)

    def count():
        told = counting.Counted(
            member_id=ada.pk, day=date.fromisoformat(ON), occurred_at=at, points=600
        )
        run(partial(_counted_slowly, program, told, at))

    came_to = at_once(*[count] * 4)

    assert sorted(came_to) == ["done"] + ["tier_moves_count_up"] * 3
    assert TierMove.objects.count() == 1


def _counted_slowly(program, told, at):
    """Read, wait for the others to have read, and write: what a lock would never let happen."""
    book = open_book(program=program, member_ids=[told.member_id], at=at)
    book.count(told.member_id, told.day, told.occurred_at, at, points=told.points)
    meet()
    write(book)


def test_several_workers_review_once():
    """T-15, T-45: the same midnight in parallel gives one drop."""
    program = a_cafe()
    ada = a_gold_member(program)
    posted(moving(1, of=ada), at=noon(ON, program))
    lived_until("2027-07-01", program)
    end = midnight(date(2027, 7, 31), program.zone)
    review = partial(
        turning.turn_members, program=program, day=date(2027, 7, 31), cursor=None, at=end
    )

    assert at_once(*[partial(run, review)] * 6) == ["done"] * 6

    assert moves_of(ada)[2:] == [("gold", "silver", "review")]
    assert tier_facts_about(ada).count("tier.downgraded") == 1


def test_a_grant_ends_once():
    """T-21: two hands at once, one end."""
    program = a_cafe()
    ada = a_member(program)
    given = granted("gold", to=ada, until="2027-02-01", at=noon(ON, program))
    end = partial(
        end_grant,
        program=program,
        grant_id=given.pk,
        reason="mistake",
        actor=TILL,
        at=noon(ON, program, hour=13),
    )

    assert sorted(at_once(end, end)) == ["done", "tier_grant_ended"]

    assert tier_of(ada) == "bronze"
    assert tier_facts_about(ada).count("tier.grant_ended") == 1
