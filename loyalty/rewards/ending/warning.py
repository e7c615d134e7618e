"""Warning: holders hear seven days before that a voucher is going to end (voucher.expiring)."""

from datetime import date, datetime, timedelta
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program
from loyalty.rewards.vouchers.facts import VoucherExpiring
from loyalty.rewards.vouchers.rows import vouchers_of

DAYS_BEFORE: Final = 7
AT_ONCE_MAX: Final = 1_000
# Of a batch nobody knows who holds what: there is nobody to tell.
_ENDING: Final = """
    UPDATE loyalty_voucher v SET warned_at = %s
    FROM (SELECT id FROM loyalty_voucher
          WHERE program_id = %s AND state = 'issued' AND ends_at > %s AND ends_at <= %s
            AND warned_at IS NULL AND member_id IS NOT NULL
          ORDER BY id LIMIT %s FOR NO KEY UPDATE) soon
    WHERE v.id = soon.id RETURNING v.id
"""


@inside_unit_of_work
def warn_of_ends(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Tell, once each, what ends within seven days of this local day; answers whether there may be more."""
    until = midnight(day + timedelta(days=DAYS_BEFORE), program.zone)
    rows = run(_ENDING, [at, program.pk, at, until, AT_ONCE_MAX])
    soon = vouchers_of(program=program, voucher_ids=[row[0] for row in rows])
    announce([row.tell(VoucherExpiring, at=at) for row in soon])
    return f"{int(cursor or 0) + 1}" if len(rows) == AT_ONCE_MAX else None
