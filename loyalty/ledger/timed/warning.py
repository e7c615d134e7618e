"""Warning: members hear that points will end, 30 days, 7 days and one day before (L-20)."""

from datetime import date, datetime, timedelta
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsExpiring
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program

DAYS_BEFORE: Final = (30, 7, 1)
ACCOUNTS_AT_ONCE_MAX: Final = 1_000
NO_ID: Final = Id(int=0)

_ENDING: Final = """
    SELECT account.id, account.member_id, account.currency_id, lot.expires_at, sum(lot.free)::bigint
    FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    WHERE lot.free > 0 AND lot.opened_at IS NOT NULL
      AND lot.expires_at >= %s AND lot.expires_at < %s
      AND account.program_id = %s AND account.member_id IS NOT NULL AND account.id > %s
    GROUP BY account.id, lot.expires_at
    ORDER BY account.id, lot.expires_at LIMIT %s
"""


@inside_unit_of_work
def warn(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Tell members what ends in 30, 7 and 1 days, counted from this local day; one fact per account and end.

    Takes some thousand rows at once and answers where the next chunk goes on, or None.
    """
    place, _, after = (cursor or f"0:{NO_ID}").partition(":")
    days = DAYS_BEFORE[int(place)]
    start = midnight(day + timedelta(days=days), program.zone)
    end = midnight(day + timedelta(days=days + 1), program.zone)
    rows = run(_ENDING, [start, end, program.pk, Id(after), ACCOUNTS_AT_ONCE_MAX])
    if len(rows) == ACCOUNTS_AT_ONCE_MAX:
        # An account with several ends that day stays whole: the last one may have been cut.
        rows = [row for row in rows if row[0] != rows[-1][0]] or rows
    announce(
        [
            PointsExpiring(
                program_id=program.pk,
                member_id=member_id,
                at=at,
                currency_id=currency_id,
                points=points,
                expires_at=expires_at,
                days=days,
            )
            for _account, member_id, currency_id, expires_at, points in rows
        ]
    )
    if rows:
        return f"{place}:{rows[-1][0]}"
    return f"{int(place) + 1}:{NO_ID}" if int(place) + 1 < len(DAYS_BEFORE) else None
