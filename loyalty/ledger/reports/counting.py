"""Counting: points that count for tiers, by member and local day, from the ledger's rows alone (T-5 to T-7)."""

from collections.abc import Collection
from datetime import date
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

# What came in marked, less what was claimed of it (on the day it came in) and what was taken away before it opened.
# Those who were merged into a member are answered for by that member (L-52).
_COUNTED: Final = """
    WITH RECURSIVE who AS (
        SELECT id, id AS survivor FROM loyalty_member WHERE id = ANY(%s::uuid[])
        UNION ALL
        SELECT m.id, who.survivor FROM loyalty_member m JOIN who ON m.merged_into_id = who.id
    ), marked AS MATERIALIZED (
        SELECT who.survivor, entry.id, entry.points, (entry.occurred_at AT TIME ZONE %s)::date AS day
        FROM who JOIN loyalty_account account ON account.member_id = who.id AND account.currency_id = %s
        JOIN loyalty_entry entry ON entry.account_id = account.id
        WHERE entry.counts_for_tier AND entry.kind NOT IN ('return_earned', 'forfeit')
    )
    SELECT survivor, day, sum(points)::bigint FROM (
        SELECT survivor, day, points FROM marked
        UNION ALL
        SELECT marked.survivor, marked.day, -claim.asked
        FROM marked JOIN loyalty_claim claim ON claim.earning_id = marked.id
        UNION ALL
        SELECT marked.survivor, marked.day, -draw.points
        FROM who JOIN loyalty_account account ON account.member_id = who.id
        JOIN loyalty_entry gone ON gone.account_id = account.id AND gone.kind = 'forfeit'
        JOIN loyalty_draw draw ON draw.entry_id = gone.id
        JOIN loyalty_lot lot ON lot.id = draw.lot_id AND lot.opened_at IS NULL
        JOIN marked ON marked.id = COALESCE((lot.terms ->> 'earned_by')::uuid, lot.entry_id)
    ) moved GROUP BY survivor, day
"""


def points_that_count(
    *, member_ids: Collection[Id], currency_id: Id, zone: str
) -> dict[Id, dict[date, int]]:
    """What each of these members earned in this currency that counts, by local day; never below nothing (T-7)."""
    found: dict[Id, dict[date, int]] = {member_id: {} for member_id in member_ids}
    for member_id, day, points in run(_COUNTED, [sorted(member_ids), zone, currency_id]):
        found[member_id][day] = max(points, 0)
    return found
