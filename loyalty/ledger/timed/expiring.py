"""Expiring: points end when their last day is over; what was taken for a hold ends with the hold (L-22)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.locks import by_id, lock_accounts_by_id
from loyalty.ledger.posting import fact_of
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.reading import read_lots
from loyalty.ledger.rows.releasing import end_lot
from loyalty.ledger.rows.states import LotState
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program

LOTS_AT_ONCE_MAX: Final = 5_000

_DUE: Final = """
    SELECT lot.id, lot.account_id
    FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    WHERE lot.free > 0 AND account.program_id = %s AND account.closed_at IS NULL
      AND (lot.expires_at <= %s OR lot.opened_at IS NULL AND lot.lapses_at <= %s)
    ORDER BY lot.id LIMIT %s
"""
# Ends at midnight wait for their place in the midnight order; others are due at their own instant.
_EARLIEST: Final = """
    SELECT account.program_id, min(lot.expires_at)
    FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    JOIN loyalty_program program ON program.id = account.program_id
    WHERE lot.free > 0 AND lot.expires_at <= %s AND account.closed_at IS NULL
      AND (%s::uuid IS NULL OR account.program_id = %s)
      AND (lot.expires_at AT TIME ZONE program.zone)::time <> '00:00'
    GROUP BY account.program_id
"""


def earliest_odd_end(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """The first end that is not at a local midnight, per programme, at or before `until`."""
    return dict(run(_EARLIEST, [until, program_id, program_id]))


@inside_unit_of_work
def expire_due(*, program: Program, actor: Actor, at: datetime) -> int:
    """Write one entry per lot whose end has come, some thousand lots at once; answers how many.

    Lots that waited too long for their event are forfeited alike. Running it again changes nothing: what has ended
    has nothing free.
    """
    due = run(_DUE, [program.pk, at, at, LOTS_AT_ONCE_MAX])
    if not due:
        return 0
    accounts = by_id(lock_accounts_by_id(account_ids={account_id for _, account_id in due}))
    draft = Draft(actor=actor, at=at)
    lots = [
        lot
        for lot in read_lots(wanted={}, named=[lot_id for lot_id, _ in due], at=at)
        if lot.free and lot.account_id in accounts
    ]
    draft.know(accounts.values(), lots=lots)
    lots.sort(key=lambda lot: lot.order)
    posted = [end_lot(draft, lot, kind=_kind_of(lot)) for lot in lots]
    write(draft.rows())
    announce([fact_of(each, program=program, at=at) for each in posted if each.movement.member_id])
    return len(due)


def _kind_of(lot: LotState) -> EntryKind:
    return EntryKind.EXPIRE if lot.opened_at else EntryKind.FORFEIT
