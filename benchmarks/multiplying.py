"""Multiplying: referrals that were decided become many more, by SQL: how they came about is not what is measured.

Each copy has a friend of its own with the order, the move and the checks of the one that it was copied from.
"""

from typing import Final

from benchmarks.ground import run, settle_down

# Copies are told no facts and meet no trigger; a member behind each friend is not asked for.
_QUIET: Final = "SET session_replication_role = replica"
_LOUD: Final = "RESET session_replication_role"
_COPIES: Final = """
    CREATE TEMP TABLE copy AS
    SELECT r.id AS original, gen_random_uuid() AS id, gen_random_uuid() AS friend_id, gen_random_uuid() AS order_id, times
    FROM referrals_referral r, generate_series(1, %s) AS times
"""
_REFERRALS: Final = """
    INSERT INTO referrals_referral
    SELECT (jsonb_populate_record(r, jsonb_build_object(
        'id', c.id, 'friend_id', c.friend_id, 'order_id', c.order_id, 'number', r.number + 1000000 * c.times))).*
    FROM copy c JOIN referrals_referral r ON r.id = c.original
"""
_ORDERS: Final = """
    INSERT INTO loyalty_order
    SELECT (jsonb_populate_record(o, jsonb_build_object(
        'id', c.order_id, 'member_id', c.friend_id,
        'order_digest', '\\x' || replace(c.order_id::text, '-', '')))).*
    FROM copy c JOIN referrals_referral r ON r.id = c.original JOIN loyalty_order o ON o.id = r.order_id
"""
_MOVES: Final = """
    INSERT INTO referrals_referralmove (referral_id, number, from_state, to_state, why, reason, actor, at)
    SELECT c.id, m.number, m.from_state, m.to_state, m.why, m.reason, m.actor, m.at
    FROM copy c JOIN referrals_referralmove m ON m.referral_id = c.original
"""
_CHECKS: Final = """
    INSERT INTO referrals_referralcheck (id, referral_id, stage, signal, result, weight, value, why, rules_version, at)
    SELECT gen_random_uuid(), c.id, k.stage, k.signal, k.result, k.weight, k.value, k.why, k.rules_version, k.at
    FROM copy c JOIN referrals_referralcheck k ON k.referral_id = c.original AND k.stage = 'qualification'
"""


def multiply(times: int) -> None:
    """Ten times as many as there are, where `times` is ten; the tables are left as a quiet hour leaves them."""
    run(_QUIET)
    run(_COPIES, [times - 1])
    for statement in (_REFERRALS, _ORDERS, _MOVES, _CHECKS):
        run(statement)
    run("DROP TABLE copy")
    run(_LOUD)
    settle_down()
