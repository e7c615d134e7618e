"""The table of a voucher's states, walked completely, and every constraint alone (W-30)."""

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest

from loyalty.foundation.units import run
from loyalty.rewards.ending.extending import extend
from loyalty.rewards.ending.lapsing import lapse_due
from loyalty.rewards.undoing.cancelling import cancel_vouchers
from loyalty.rewards.voucher_kinds import MOVES, VoucherState
from loyalty.rewards.vouchers.refusals import (
    VoucherNotExtendable,
    VoucherNotRedeemable,
    VoucherNotReinstatable,
)
from tests.world.ledger import TILL
from tests.world.programs import a_program
from tests.world.vouchers import (
    ISSUED_AT,
    a_cafe,
    a_card,
    issued,
    minutes,
    redeemed,
    refused_by_database,
    reinstated,
    released,
    reserved,
    state_of,
)

pytestmark = pytest.mark.django_db
END = ISSUED_AT + timedelta(days=2)
EARLY, LATE = ISSUED_AT + minutes(1), END + timedelta(days=1)


def cancelled(cafe, voucher, at=EARLY):
    return run(
        lambda: cancel_vouchers(
            program=cafe, voucher_ids=[voucher.id], reason="test", actor=TILL, at=at
        )
    )


def lapsed(cafe, at=LATE):
    return run(lambda: lapse_due(program=cafe, at=at))


def extended(cafe, voucher, at=LATE, days=9):
    day = (END + timedelta(days=days)).date()
    return extend(
        program=cafe, voucher_id=voucher.id, last_day=day, reason="kind", actor=TILL, at=at
    )


def in_state(cafe, state):
    """A voucher that came there by the rules."""
    voucher = issued(cafe, ends_at=END)
    if state == "reserved":
        reserved(cafe, voucher, "k1", at=EARLY)
    if state == "redeemed":
        redeemed(cafe, voucher, "order-1", at=EARLY)
    if state == "cancelled":
        cancelled(cafe, voucher)
    if state == "expired":
        lapsed(cafe)
    assert state_of(voucher) == state
    return voucher


VERBS = {
    "reserve": lambda cafe, it: reserved(cafe, it, "k1", at=EARLY),
    "reserve, other key": lambda cafe, it: reserved(cafe, it, "k2", at=EARLY),
    "release": lambda cafe, it: released(cafe, it, "k1", at=EARLY),
    "redeem": lambda cafe, it: redeemed(cafe, it, "order-9", at=EARLY),
    "redeem, same key": lambda cafe, it: redeemed(cafe, it, "order-9", key="k1", at=EARLY),
    "reinstate": lambda cafe, it: reinstated(cafe, it, "order-1", at=EARLY),
    "cancel": cancelled,
    "its end passes": lambda cafe, it: lapsed(cafe),
    "extend": extended,
}
# What every verb leaves, from every state: what is not in the table of W-30 stays as it was.
TABLE = {
    "issued": {
        "reserve": "reserved",
        "reserve, other key": "reserved",
        "redeem": "redeemed",
        "redeem, same key": "redeemed",
        "cancel": "cancelled",
        "its end passes": "expired",
    },
    "reserved": {
        "release": "issued",
        "redeem, same key": "redeemed",
        "cancel": "cancelled",
        "its end passes": "expired",  # its reservation has passed as well
    },
    "redeemed": {"reinstate": "issued"},
    "cancelled": {},
    "expired": {"extend": "issued"},
}


@pytest.mark.parametrize(("state", "verb"), list(product(TABLE, VERBS)))
def test_a_verb_moves_as_the_table_says_or_not_at_all(state, verb):
    """W-30: every state and every verb; nothing else moves, and what is refused leaves it as it was."""
    cafe = a_cafe()
    voucher = in_state(cafe, state)

    with suppress(VoucherNotRedeemable, VoucherNotReinstatable, VoucherNotExtendable):
        VERBS[verb](cafe, voucher)

    expected = TABLE[state].get(verb, state)
    if (state, verb) == ("issued", "extend"):
        expected = "issued"  # ended by the clock, whatever the row said
    assert state_of(voucher) == expected


COLUMNS = {
    "issued": "reserved_key = '', reserved_until = NULL, order_key = '', redeemed_at = NULL, cancelled_at = NULL",
    "reserved": "reserved_key = 'k', reserved_until = now(), order_key = '', redeemed_at = NULL, cancelled_at = NULL",
    "redeemed": "reserved_key = '', reserved_until = NULL, order_key = 'o', redeemed_at = now(), cancelled_at = NULL",
    "cancelled": "reserved_key = '', reserved_until = NULL, order_key = '', redeemed_at = NULL, cancelled_at = now()",
    "expired": "reserved_key = '', reserved_until = NULL, order_key = '', redeemed_at = NULL, cancelled_at = NULL",
}


@pytest.mark.parametrize(
    ("before", "after"), list(product(VoucherState.values, VoucherState.values))
)
def test_the_database_alone_lets_no_other_move_through(before, after):
    """W-30: voucher_moves_as_told, by raw SQL, from every state to every state."""
    voucher = in_state(a_cafe(), before)
    is_allowed = before == after or after in MOVES[VoucherState(before)]

    refusal = refused_by_database(
        f"UPDATE loyalty_voucher SET state = '{after}', {COLUMNS[after]} WHERE id = %s", voucher.id
    )

    assert refusal == (None if is_allowed else "voucher_moves_as_told")


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'lost'", "voucher_moves_as_told"),
        ("reserved_key = 'k'", "voucher_is_reserved_with_key_and_end"),
        ("state = 'reserved', reserved_key = 'k'", "voucher_is_reserved_with_key_and_end"),
        ("order_key = 'o'", "voucher_is_redeemed_for_an_order"),
        ("state = 'redeemed', redeemed_at = now()", "voucher_is_redeemed_for_an_order"),
        ("cancelled_at = now()", "voucher_is_cancelled_at_a_time"),
        ("state = 'cancelled'", "voucher_is_cancelled_at_a_time"),
        ("is_bound = TRUE", "voucher_bound_has_a_member"),
        ("starts_at = '2026-12-01', ends_at = '2026-11-30'", "voucher_ends_after_it_starts"),
    ],
)
def test_a_voucher_is_never_half_something(change, constraint):
    """W-30: each constraint refuses alone."""
    voucher = issued(a_cafe())

    assert (
        refused_by_database(f"UPDATE loyalty_voucher SET {change} WHERE id = %s", voucher.id)
        == constraint
    )


def test_a_state_is_one_of_five():
    """W-30: voucher_state_is_known, where the trigger sees no move."""
    voucher = issued(a_cafe())
    copy = (
        "INSERT INTO loyalty_voucher (id, program_id, number, kind, state, digest, pepper, last_four, is_foreign,"
        " is_bound, origin, issued_at, reserved_key, order_key) SELECT gen_random_uuid(), program_id, 1, kind, {state},"
        " {digest}, 1, '', FALSE, FALSE, origin, issued_at, '', '' FROM loyalty_voucher WHERE id = %s"
    )

    assert (
        refused_by_database(copy.format(state="'lost'", digest="'x'::bytea"), voucher.id)
        == "voucher_state_is_known"
    )
    assert (
        refused_by_database(copy.format(state="'issued'", digest="digest"), voucher.id)
        == "voucher_code_is_given_once"
    )


def test_a_gift_card_is_drawn_from_and_never_redeemed():
    """W-50: gift_card_is_drawn_not_redeemed"""
    card = a_card(a_program())

    assert (
        refused_by_database(
            f"UPDATE loyalty_voucher SET state = 'redeemed', {COLUMNS['redeemed']} WHERE id = %s",
            card.id,
        )
        == "gift_card_is_drawn_not_redeemed"
    )
