"""The checks as SQL. Each answers id, found, expected of the rows that are wrong, for one part of a scope."""
# ruff: noqa: S608 (put together from the pieces on this page; values travel as parameters)

from typing import Final

_MINE: Final = """
    (%(program)s::uuid IS NULL OR a.program_id = %(program)s)
    AND a.id > %(above)s AND a.id <= %(upto)s
    AND (%(ids)s::uuid[] IS NULL OR a.id = ANY(%(ids)s::uuid[]))
"""

CHOSEN: Final = """
    SELECT a.id FROM loyalty_account a
    WHERE (%(program)s::uuid IS NULL OR a.program_id = %(program)s)
      AND (%(member)s::uuid IS NULL OR a.member_id = %(member)s)
      AND (%(since)s::timestamptz IS NULL OR EXISTS (
            SELECT FROM loyalty_entry e WHERE e.account_id = a.id AND e.posted_at >= %(since)s))
    ORDER BY CASE WHEN %(sample)s::int IS NULL THEN 0 ELSE random() END, a.id
    LIMIT %(sample)s
"""

EDGES: Final = """
    SELECT id FROM (
        SELECT a.id, row_number() OVER (ORDER BY a.id) AS place, count(*) OVER () AS all_of_them
        FROM loyalty_account a WHERE %(program)s::uuid IS NULL OR a.program_id = %(program)s
    ) numbered
    WHERE place %% %(every)s = 0 OR place = all_of_them ORDER BY id
"""

PARTS: Final = f"""
    SELECT a.id,
           concat_ws('/', a.available, a.pending, a.held, a.negative, a.last_number,
                     a.available + a.pending + a.held - a.negative),
           concat_ws('/', COALESCE(lots.available, 0), COALESCE(lots.pending, 0), holds.held, debts.negative,
                     entries.last, entries.balance)
    FROM loyalty_account a
    -- Summed once for the part: no index holds the lots that are used up, so looking account by account reads them all.
    LEFT JOIN (
        SELECT lot.account_id, COALESCE(sum(lot.free) FILTER (WHERE lot.opened_at IS NOT NULL), 0)::bigint AS available,
               COALESCE(sum(lot.free) FILTER (WHERE lot.opened_at IS NULL), 0)::bigint AS pending
        FROM loyalty_lot lot JOIN loyalty_account a ON a.id = lot.account_id
        WHERE {_MINE} GROUP BY lot.account_id
    ) lots ON lots.account_id = a.id
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points), 0)::bigint AS held FROM loyalty_hold
        WHERE account_id = a.id AND state = 'held'
    ) holds
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points - filled), 0)::bigint AS negative FROM loyalty_debt
        WHERE account_id = a.id AND filled < points
    ) debts
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(points), 0)::bigint AS balance, COALESCE(max(number), 0) AS last
        FROM loyalty_entry WHERE account_id = a.id
    ) entries
    WHERE {_MINE} AND (a.available, a.pending, a.held, a.negative, a.last_number,
                       a.available + a.pending + a.held - a.negative)
        IS DISTINCT FROM (COALESCE(lots.available, 0), COALESCE(lots.pending, 0), holds.held, debts.negative,
                          entries.last, entries.balance)
"""

LOTS: Final = f"""
    SELECT lot.id, concat_ws('/', lot.free, lot.held), concat_ws('/', lot.size - drawn.taken, drawn.held)
    FROM loyalty_account a JOIN loyalty_lot lot ON lot.account_id = a.id
    CROSS JOIN LATERAL (
        SELECT COALESCE(sum(draw.points), 0)::bigint AS taken,
               COALESCE(sum(draw.points) FILTER (WHERE hold.state = 'held'), 0)::bigint AS held
        FROM loyalty_draw draw LEFT JOIN loyalty_hold hold ON hold.id = draw.hold_id
        WHERE draw.lot_id = lot.id
    ) drawn
    WHERE {_MINE} AND (lot.free, lot.held) IS DISTINCT FROM (lot.size - drawn.taken, drawn.held)
"""

NUMBERS: Final = f"""
    SELECT id, concat_ws('/', number, balance_after), concat_ws('/', expected_number, expected_balance)
    FROM (
        SELECT e.id, e.number, e.balance_after,
               row_number() OVER of_account AS expected_number,
               (sum(e.points) OVER of_account)::bigint AS expected_balance
        FROM loyalty_account a JOIN loyalty_entry e ON e.account_id = a.id
        WHERE {_MINE}
        WINDOW of_account AS (PARTITION BY e.account_id ORDER BY e.number, e.id)
    ) counted
    WHERE number <> expected_number OR balance_after <> expected_balance
"""

DEBTS: Final = f"""
    SELECT e.id, concat_ws(' ', e.kind, e.points, 'owes', debt.points - debt.filled), 'no debt'
    FROM loyalty_account a
    JOIN loyalty_debt debt ON debt.account_id = a.id
    JOIN loyalty_entry e ON e.id = debt.entry_id
    WHERE {_MINE} AND (
        e.kind NOT IN ('return_earned', 'adjust_debit', 'merge_out')
        OR e.kind = 'adjust_debit' AND e.approved_by_id IS NULL
        OR debt.points > -e.points OR e.account_id <> a.id
    )
"""

DRAWS: Final = f"""
    SELECT e.id, sums.moved, e.points
    FROM loyalty_account a JOIN loyalty_entry e ON e.account_id = a.id
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN e.kind = 'return_spent' THEN (
                SELECT COALESCE(-sum(points), 0) FROM loyalty_draw WHERE entry_id = e.id AND points < 0
            ) + (
                SELECT COALESCE(sum(size), 0) FROM loyalty_lot WHERE entry_id = e.id)
            WHEN e.points > 0 THEN (
                SELECT COALESCE(sum(size), 0) FROM loyalty_lot WHERE entry_id = e.id)
            ELSE -(
                SELECT COALESCE(sum(points), 0) FROM loyalty_draw WHERE entry_id = e.id
            ) - (
                SELECT COALESCE(sum(points), 0) FROM loyalty_draw WHERE hold_id = e.hold_id
            ) - (
                SELECT COALESCE(sum(points - filled), 0) FROM loyalty_debt WHERE entry_id = e.id
            )
        END::bigint AS moved
    ) sums
    WHERE {_MINE} AND (sums.moved <> e.points OR e.program_id <> a.program_id)
"""

TIMES: Final = f"""
    SELECT draw.id, draw.at, concat_ws(' to ', lot.opened_at, lot.expires_at)
    FROM loyalty_account a
    JOIN loyalty_lot lot ON lot.account_id = a.id
    JOIN loyalty_draw draw ON draw.lot_id = lot.id AND draw.points > 0
    LEFT JOIN loyalty_entry e ON e.id = draw.entry_id
    WHERE {_MINE} AND (draw.hold_id IS NOT NULL OR e.kind IN ('spend', 'redeem', 'transfer_out'))
      AND (lot.opened_at IS NULL OR draw.at < lot.opened_at OR draw.at >= lot.expires_at)
"""

OVERDUE: Final = f"""
    SELECT hold.id, concat_ws(' ', hold.state, 'until', hold.expires_at), 'ended'
    FROM loyalty_account a
    JOIN loyalty_hold hold ON hold.account_id = a.id AND hold.state = 'held'
    JOIN loyalty_program program ON program.id = a.program_id
    WHERE {_MINE} AND hold.expires_at < COALESCE(program.test_now, %(now)s)
"""

FOOTING: Final = """
    SELECT accounts.currency_id,
           concat_ws('/', accounts.balance, 0), concat_ws('/', COALESCE(entries.total, 0), entries.moved)
    FROM (
        SELECT program_id, currency_id, sum(available + pending + held - negative)::bigint AS balance
        FROM loyalty_account a WHERE %(program)s::uuid IS NULL OR program_id = %(program)s
        GROUP BY program_id, currency_id
    ) accounts
    LEFT JOIN (
        SELECT e.program_id, a.currency_id, sum(e.points)::bigint AS total,
               COALESCE(sum(e.points) FILTER (WHERE e.kind IN
                 ('transfer_in', 'transfer_out', 'merge_in', 'merge_out')), 0)::bigint AS moved
        FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
        WHERE %(program)s::uuid IS NULL OR e.program_id = %(program)s
        GROUP BY e.program_id, a.currency_id
    ) entries ON entries.program_id = accounts.program_id
             AND entries.currency_id IS NOT DISTINCT FROM accounts.currency_id
    WHERE accounts.balance <> COALESCE(entries.total, 0) OR COALESCE(entries.moved, 0) <> 0
"""
