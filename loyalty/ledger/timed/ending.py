"""Ending: lots whose time is over, thousands by one statement (L-22).

What is left of each becomes an entry, a draw and a fact; nothing of it passes through Python but the facts.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import Values, run
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsExpired
from loyalty.ledger.models import Lot
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program

# The lots are looked at again under their accounts' locks: who waited for a lock may find them spent, or moved on.
# Entries count on from the account's last, in the order in which the lots are told.
_END: Final = """
    WITH told AS MATERIALIZED (
        SELECT each.place, each.entry_id, each.draw_id, lot.id AS lot_id, lot.account_id, lot.free,
               lot.opened_at IS NULL AS is_pending, LEAST(lot.expires_at, %s::timestamptz) AS ended_at,
               CASE WHEN lot.opened_at IS NULL THEN 'forfeit' ELSE 'expire' END AS kind,
               each.name || CASE WHEN lot.opened_at IS NULL THEN '/forfeit' ELSE '/expire' END
                   || COALESCE('/' || floor(extract(epoch FROM lot.expires_at))::bigint, '') AS source_key,
               row_number() OVER so_far AS nth, sum(lot.free) OVER so_far AS gone
        FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[]) WITH ORDINALITY
             AS each (lot_id, name, entry_id, draw_id, place)
        JOIN loyalty_lot lot ON lot.id = each.lot_id
        WHERE lot.free > 0 AND (lot.expires_at <= %s OR lot.opened_at IS NULL AND lot.lapses_at <= %s)
        WINDOW so_far AS (PARTITION BY lot.account_id ORDER BY each.place)
    ), made AS MATERIALIZED (
        SELECT told.*, a.program_id, a.member_id, a.currency_id, a.last_number + told.nth AS number,
               (a.available + a.pending + a.held - a.negative - told.gone)::bigint AS balance
        FROM told JOIN loyalty_account a ON a.id = told.account_id
    ), entries AS (
        INSERT INTO loyalty_entry (id, program_id, account_id, number, kind, points, balance_after, reason, source_key,
                                   counts_for_tier, actor_kind, actor_id, actor_name, occurred_at, posted_at)
        SELECT entry_id, program_id, account_id, number, kind, -free, balance, '', source_key,
               FALSE, %s, %s, %s, ended_at, %s
        FROM made ORDER BY place
    ), draws AS (
        INSERT INTO loyalty_draw (id, lot_id, entry_id, points, at)
        SELECT draw_id, lot_id, entry_id, free, %s FROM made ORDER BY place
    ), emptied AS (
        UPDATE loyalty_lot lot SET free = 0 FROM made WHERE lot.id = made.lot_id
    ), accounts AS (
        UPDATE loyalty_account a
        SET available = a.available - sums.open, pending = a.pending - sums.pending, last_number = a.last_number + sums.count
        FROM (SELECT account_id, COALESCE(sum(free) FILTER (WHERE NOT is_pending), 0) AS open,
                     COALESCE(sum(free) FILTER (WHERE is_pending), 0) AS pending, count(*) AS count
              FROM made GROUP BY account_id) sums
        WHERE a.id = sums.account_id
    )
    SELECT entry_id, member_id, currency_id, kind, free, balance, source_key, ended_at FROM made ORDER BY place
"""


@inside_unit_of_work
def end_lots(*, program: Program, lot_ids: Sequence[Id], actor: Actor, at: datetime) -> int:
    """Write one entry over what is free in each of these lots whose end has come, in this order; answers how many.

    Their accounts are locked. Opened points expire, pending ones are forfeited; the key names lot and end, so that a
    lot that was revived or moved on ends again.
    """
    values = [
        *(at, list(lot_ids), [shown(Lot.prefix, lot_id) for lot_id in lot_ids]),
        *([new_id() for _ in lot_ids], [new_id() for _ in lot_ids], at, at),
        *(actor.kind.value, actor.id, actor.name, at, at),
    ]
    rows = run(_END, values)
    days = {ended_at: local_day(ended_at, program.zone) for *_, ended_at in rows}
    announce(
        [
            _fact_of(row, program_id=program.pk, day=days[row[-1]], at=at)
            for row in rows
            if row[1] is not None  # money on gift cards is no member's points
        ]
    )
    return len(rows)


def _fact_of(row: Values, *, program_id: Id, day: date, at: datetime) -> PointsExpired:
    entry_id, member_id, currency_id, kind, points, balance, source_key, ended_at = row
    return PointsExpired(
        program_id=program_id,
        member_id=member_id,
        at=at,
        entry_id=entry_id,
        currency_id=currency_id,
        kind=kind,
        points=-points,
        balance_after=balance,
        source_key=source_key,
        occurred_at=ended_at,
        day=day,
    )
