"""Counting: how fast, how often, and in which circles friends are brought: one statement for the whole page (R-38, R-58)."""

from collections.abc import Sequence
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.programs.tenants import Program
from referrals.attribution.models import Referral

_COUNTS: Final = """
    SELECT asked.place,
        (SELECT count(*) FROM referrals_referral r
         WHERE r.advocate_id = asked.advocate_id AND r.joined_at > asked.at - interval '24 hours'
           AND r.joined_at <= asked.at),
        (SELECT count(*) FROM referrals_referral r JOIN referrals_touch t ON t.id = r.touch_id
         WHERE r.program_id = %s AND t.network_prefix = (
                   SELECT own.network_prefix FROM referrals_touch own WHERE own.id = asked.touch_id)
           AND r.joined_at > asked.at - interval '24 hours' AND r.joined_at <= asked.at),
        (SELECT count(*) FROM referrals_referral r
         WHERE r.advocate_id = asked.advocate_id AND r.state IN ('approved', 'reversed')),
        (SELECT count(*) FROM referrals_referral r
         WHERE r.advocate_id = asked.advocate_id AND r.state = 'reversed')
    FROM unnest(%s::int[], %s::uuid[], %s::uuid[], %s::timestamptz[]) AS asked (place, advocate_id, touch_id, at)
"""
# From the advocate upwards: who brought whom, four referrals at most.
_RINGS: Final = """
    WITH RECURSIVE line AS (
        SELECT asked.place, asked.friend_id, asked.advocate_id AS whom, 0 AS steps
        FROM unnest(%s::int[], %s::uuid[], %s::uuid[]) AS asked (place, friend_id, advocate_id)
        UNION ALL
        SELECT line.place, line.friend_id, r.advocate_member_id, line.steps + 1
        FROM line JOIN referrals_referral r ON r.friend_id = line.whom AND r.state <> 'rejected'
        WHERE line.steps < 4 AND r.advocate_member_id IS NOT NULL AND line.whom <> line.friend_id
    )
    SELECT DISTINCT place FROM line WHERE whom = friend_id AND steps > 0
"""


def counts_of(
    rows: Sequence[Referral], *, program: Program
) -> dict[int, tuple[int, int, int, int]]:
    """By place in the list: joins of the advocate and of the prefix within a day, decided ones, reversed ones (R-38)."""
    found = run(
        _COUNTS,
        [
            program.pk,
            list(range(len(rows))),
            [row.advocate_id for row in rows],
            [row.touch_id for row in rows],
            [row.joined_at for row in rows],
        ],
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in found}


def rings_of(rows: Sequence[Referral]) -> set[int]:
    """The places of those whose advocate descends from the friend within four referrals."""
    asked = [
        (place, row.friend_id, row.advocate_member_id)
        for place, row in enumerate(rows)
        if row.advocate_member_id
    ]
    if not asked:
        return set()
    places, friends, advocates = zip(*asked, strict=True)
    return {row[0] for row in run(_RINGS, [list(places), list(friends), list(advocates)])}
