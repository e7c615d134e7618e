"""Expiring: points end when their last day is over; what was taken for a hold ends with the hold (L-22)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import hold_accounts
from loyalty.ledger.timed.ending import end_lots
from loyalty.programs.models import Program

LOTS_AT_ONCE_MAX: Final = 5_000

_COLUMNS: Final = """
    lot.id, lot.account_id, COALESCE(lot.expires_at, lot.lapses_at)
    FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    WHERE lot.free > 0 AND account.program_id = %s AND account.closed_at IS NULL
"""
# A walk along the index of ends: what is done lies behind the cursor, so no chunk meets the rows of those before it.
_DUE: Final = f"""
    SELECT {_COLUMNS} AND lot.expires_at <= %s AND (lot.expires_at, lot.id) > (%s::timestamptz, %s::uuid)
    ORDER BY lot.expires_at, lot.id LIMIT %s
"""
_LAPSED: Final = f"""
    SELECT {_COLUMNS} AND lot.opened_at IS NULL AND lot.lapses_at <= %s ORDER BY lot.lapses_at, lot.id LIMIT %s
"""
_FIRST: Final = (datetime(1, 1, 1, tzinfo=UTC), Id(int=0))
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
    done, _ = expire_from(program=program, place=_FIRST, actor=actor, at=at)
    return done


@inside_unit_of_work
def expire_chunk(*, program: Program, cursor: str | None, actor: Actor, at: datetime) -> str | None:
    """One chunk of the night's expiry; answers where the next goes on, or None."""
    place = _FIRST
    if cursor:
        end, _, lot_id = cursor.partition("|")
        place = (datetime.fromisoformat(end), Id(lot_id))
    done, place = expire_from(program=program, place=place, actor=actor, at=at)
    return f"{place[0].isoformat()}|{place[1]}" if done == LOTS_AT_ONCE_MAX else None


@inside_unit_of_work
def expire_from(
    *, program: Program, place: tuple[datetime, Id], actor: Actor, at: datetime
) -> tuple[int, tuple[datetime, Id]]:
    """The lots that end after this place and have ended by now: how many, and the last one's place."""
    due = run(_DUE, [program.pk, at, *place, LOTS_AT_ONCE_MAX])
    if due:
        place = (due[-1][2], due[-1][0])
    due += run(_LAPSED, [program.pk, at, LOTS_AT_ONCE_MAX - len(due)])
    if not due:
        return 0, place
    hold_accounts(account_ids={account_id for _, account_id, _ in due})
    end_lots(program=program, lot_ids=[lot_id for lot_id, _, _ in due], actor=actor, at=at)
    return len(due), place
