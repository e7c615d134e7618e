"""Proving: stock, redemptions and what was drawn for them say the same (V-35)."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import connection

from loyalty.foundation.ids import shown
from loyalty.foundation.proofs.proving import Found, Scope, invariant
from loyalty.rewards.models import Redemption, Reward

# What is not left was taken by redemptions that stand.
_STOCK: Final = """
    SELECT s.reward_id, (s.total - s.left)::text, COALESCE(sum(r.stock_taken), 0)::text
    FROM loyalty_rewardstock s JOIN loyalty_reward w ON w.id = s.reward_id
    LEFT JOIN loyalty_redemption r ON r.reward_id = s.reward_id AND r.state <> 'cancelled'
    WHERE %(program)s::uuid IS NULL OR w.program_id = %(program)s
    GROUP BY s.reward_id, s.total, s.left
    HAVING s.total - s.left <> COALESCE(sum(r.stock_taken), 0)
"""
# Each paid redemption has the entry that drew its price, and if cancelled one that gave all of it back.
_ENTRIES: Final = """
    SELECT r.id, concat_ws(' ', COALESCE(e.kind, '-'), COALESCE(e.points, 0), COALESCE(b.points, 0)),
           concat_ws(' ', 'redeem', -r.points, CASE WHEN r.state = 'cancelled' THEN r.points ELSE 0 END)
    FROM loyalty_redemption r
    LEFT JOIN loyalty_entry e ON e.id = r.entry_id
    LEFT JOIN LATERAL (
        SELECT sum(points)::bigint AS points FROM loyalty_entry b
        WHERE b.reverses_id = r.entry_id AND b.kind = 'return_spent'
    ) b ON TRUE
    WHERE r.origin = 'redemption' AND (%(program)s::uuid IS NULL OR r.program_id = %(program)s)
      AND (%(member)s::uuid IS NULL OR r.member_id = %(member)s)
      AND (e.kind IS DISTINCT FROM 'redeem' OR e.points <> -r.points
           OR COALESCE(b.points, 0) <> CASE WHEN r.state = 'cancelled' THEN r.points ELSE 0 END)
"""
# A redemption stands where its vouchers say, unless nothing of it is a voucher.
_VOUCHERS: Final = """
    SELECT r.id, r.state, v.expected
    FROM loyalty_redemption r
    JOIN (
        SELECT redemption_id,
               CASE WHEN bool_or(state = 'redeemed' OR is_drawn) THEN 'fulfilled'
                    WHEN bool_or(state IN ('issued', 'reserved')) THEN 'issued'
                    WHEN bool_or(state = 'expired') THEN 'lapsed' ELSE 'cancelled' END AS expected
        FROM (SELECT v.redemption_id, v.state, v.kind = 'gift_card' AND EXISTS (
                         SELECT 1 FROM loyalty_voucheruse u WHERE u.voucher_id = v.id) AS is_drawn
              FROM loyalty_voucher v WHERE v.redemption_id IS NOT NULL) v
        GROUP BY redemption_id
    ) v ON v.redemption_id = r.id
    WHERE r.state <> v.expected AND v.expected <> 'cancelled'
      AND (%(program)s::uuid IS NULL OR r.program_id = %(program)s)
      AND (%(member)s::uuid IS NULL OR r.member_id = %(member)s)
"""


@invariant("W-11", name="stock and redemptions")
def stock_is_what_was_not_taken(scope: Scope) -> Iterable[Found]:
    """What is not left of a reward is with redemptions that were not cancelled."""
    for reward_id, found, expected in _rows(_STOCK, scope):
        yield shown(Reward.prefix, reward_id), found, expected


@invariant("W-20", name="redemptions and entries")
def redemptions_drew_their_price(scope: Scope) -> Iterable[Found]:
    """Each redemption has drawn its price, and a cancelled one has given all of it back."""
    for redemption_id, found, expected in _rows(_ENTRIES, scope):
        yield shown(Redemption.prefix, redemption_id), found, expected


@invariant("W-23", name="redemptions and vouchers")
def redemptions_follow_their_vouchers(scope: Scope) -> Iterable[Found]:
    """A redemption is fulfilled, issued or lapsed as its vouchers are."""
    for redemption_id, found, expected in _rows(_VOUCHERS, scope):
        yield shown(Redemption.prefix, redemption_id), found, expected


def _rows(sql: str, scope: Scope) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"program": scope.program_id, "member": scope.member_id})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
