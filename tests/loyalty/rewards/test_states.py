"""The state table of redemptions, walked completely: what it allows happens, the rest is refused twice (W-23)."""

from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.foundation.refusals import DomainError
from loyalty.rewards.afterwards.fulfilling import fulfil
from loyalty.rewards.afterwards.moving import move
from loyalty.rewards.kinds import MOVES, RedemptionState
from loyalty.rewards.models import Redemption
from tests.world.ledger import TILL, in_unit, movements_of, parts_of
from tests.world.rewards import (
    NOON,
    a_cafe,
    a_guest,
    a_perk,
    a_reward,
    an_exchange,
    at,
    cancelled,
    given,
    got,
    left_of,
    reward_facts_about,
    the_member,
)

pytestmark = pytest.mark.django_db

PAIRS = [(one, other) for one, other in product(RedemptionState, repeat=2) if one != other]
WAY = {
    RedemptionState.ISSUED: (),
    RedemptionState.FULFILLED: (RedemptionState.FULFILLED,),
    RedemptionState.CANCELLED: (RedemptionState.CANCELLED,),
    RedemptionState.LAPSED: (RedemptionState.LAPSED,),
}


def a_redemption_in(state):
    row = got(a_guest(a_cafe(a_reward()))).redemption
    for step in WAY[state]:
        moved_to(row, step)
    return Redemption.objects.get()


def moved_to(row, state):
    return in_unit(move, redemption_ids=[row.pk], to=state, actor=TILL, at=NOON)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_python_moves_by_the_table_and_no_other_way(before, after):
    """W-23: compare and set; what the table lacks moves nothing."""
    row = a_redemption_in(before)
    allowed = after in MOVES[before]

    if (before, after) == (RedemptionState.FULFILLED, RedemptionState.CANCELLED):
        with pytest.raises(IntegrityError):  # of exchanges alone, which the database knows
            moved_to(row, after)
        return
    moved = moved_to(row, after)

    assert [each.state for each in moved] == ([after] if allowed else [])
    assert Redemption.objects.get().state == (after if allowed else before)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_the_database_alone_moves_by_the_table(before, after):
    """W-23: redemption_moves_by_the_table, by raw SQL."""
    row = a_redemption_in(before)
    set_to = f"state = '{after.value}', cancelled_at = " + (
        "now()" if after == RedemptionState.CANCELLED else "NULL"
    )

    if after in MOVES[before]:
        _run(f"UPDATE loyalty_redemption SET {set_to} WHERE id = %s", [row.pk])
        return
    with pytest.raises(IntegrityError, match="redemption_moves_by_the_table"):
        _run(f"UPDATE loyalty_redemption SET {set_to} WHERE id = %s", [row.pk])


def _run(sql, values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


class TestCancelling:
    def test_gives_everything_back(self):
        """W-24: points, stock, limit and voucher."""
        cafe = a_cafe(a_reward(stock=1, limits=[{"times": 1, "period": "ever"}]))
        ada = a_guest(cafe, 250)
        row = got(ada).redemption

        back = cancelled(row)

        assert (back.state, back.points_usable) == ("cancelled", 100)
        assert (parts_of(ada)[0], left_of(cafe)) == (250, 1)
        assert reward_facts_about(ada)[-2:] == ["voucher.cancelled", "reward.cancelled"]
        got(ada)
        assert left_of(cafe) == 0

    def test_again_answers_the_same(self):
        """W-24: no effect the second time."""
        ada = a_guest(a_cafe(a_reward(stock=1)), 250)
        row = got(ada).redemption
        cancelled(row)

        assert cancelled(row).state == "cancelled"

        assert (movements_of(ada), left_of(ada.program)) == ([250, -100, 100], 1)

    def test_by_the_member_within_a_day_only(self):
        """W-24: the shop may later, the member may not."""
        ada = a_guest(a_cafe())
        row = got(ada).redemption
        late = at("2026-11-22T12:00")

        assert code_of(lambda: cancelled(row, when=late, by=the_member(ada))) == NOT_CANCELLABLE
        assert movements_of(ada) == [1000, -100]
        assert cancelled(row, when=late).state == "cancelled"

    def test_is_refused_once_done(self):
        """W-23: a perk is used at once."""
        row = got(a_guest(a_cafe(a_perk())), "lounge").redemption

        assert code_of(lambda: cancelled(row)) == NOT_CANCELLABLE

    def test_of_an_exchange_while_its_lot_is_whole(self):
        """W-24: both lots as before."""
        ada = a_guest(a_cafe(an_exchange(10)), 100)
        row = got(ada, "exchange").redemption

        assert cancelled(row).state == "cancelled"

        assert (parts_of(ada)[0], parts_of(ada, "xp")[0]) == (100, 0)

    def test_of_an_exchange_whose_points_have_moved_is_refused(self):
        """W-24: nothing happens."""
        from tests.world.ledger import moving, posted

        ada = a_guest(a_cafe(an_exchange(10)), 100)
        row = got(ada, "exchange").redemption
        posted(moving(-1, of=ada, currency="xp", kind="adjust_debit"), at=NOON)

        assert code_of(lambda: cancelled(row)) == NOT_CANCELLABLE

        assert (parts_of(ada)[0], parts_of(ada, "xp")[0]) == (0, 9)
        assert Redemption.objects.get().state == "fulfilled"

    def test_of_a_gift_gives_no_points(self):
        """W-26: stock and voucher only."""
        ada = a_guest(a_cafe(a_reward(stock=1)), 0)
        row = given(ada).redemption

        assert cancelled(row).state == "cancelled"

        assert (movements_of(ada), left_of(ada.program)) == ([], 1)


NOT_CANCELLABLE = "redemption_not_cancellable"


class TestHandingOver:
    def test_by_hand_waits_until_somebody_hands_over(self):
        """W-25: once."""
        ada = a_guest(a_cafe(a_perk(fulfilment="by_hand")))
        row = got(ada, "lounge").redemption
        assert (row.state, row.is_waiting) == ("issued", True)

        done = fulfil(program=ada.program, redemption_id=row.pk, actor=TILL, at=NOON)

        assert (done.state, done.is_waiting) == ("fulfilled", False)
        assert code_of(lambda: again(row)) == "redemption_not_waiting"
        assert reward_facts_about(ada) == ["reward.redeemed", "reward.fulfilled"]

    def test_of_what_does_not_wait_is_refused(self):
        """W-25: a voucher is not handed over by hand."""
        row = got(a_guest(a_cafe())).redemption

        assert code_of(lambda: again(row)) == "redemption_not_waiting"
        assert Redemption.objects.get().state == "issued"


def again(row):
    return fulfil(program=row.program, redemption_id=row.pk, actor=TILL, at=NOON)


def code_of(work):
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value.code
