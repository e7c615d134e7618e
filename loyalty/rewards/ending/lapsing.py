"""Lapsing: reservations and vouchers whose instant has come are written down as over, and announced (W-31)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Min

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.models import Voucher
from loyalty.rewards.voucher_kinds import VoucherState
from loyalty.rewards.vouchers.facts import VoucherExpired
from loyalty.rewards.vouchers.rows import vouchers_of

AT_ONCE_MAX: Final = 1_000
_RELEASE: Final = """
    UPDATE loyalty_voucher v SET state = 'issued', reserved_key = '', reserved_until = NULL, discount = NULL
    FROM (SELECT id FROM loyalty_voucher
          WHERE program_id = %s AND state = 'reserved' AND reserved_until <= %s
          ORDER BY id LIMIT %s FOR NO KEY UPDATE) over
    WHERE v.id = over.id RETURNING v.id
"""
_EXPIRE: Final = """
    UPDATE loyalty_voucher v SET state = 'expired'
    FROM (SELECT id FROM loyalty_voucher
          WHERE program_id = %s AND state = 'issued' AND ends_at <= %s
          ORDER BY id LIMIT %s FOR NO KEY UPDATE) over
    WHERE v.id = over.id RETURNING v.id
"""


@inside_unit_of_work
def lapse_due(*, program: Program, at: datetime) -> bool:
    """Write down what is over, some hundreds at once; True if there may be more.

    Reservations first, since a voucher may have ended while it was reserved. The money on a card that has ended stays
    on its account: nobody can draw it, and an extension brings it back.
    """
    freed = run(_RELEASE, [program.pk, at, AT_ONCE_MAX])
    ended = [row[0] for row in run(_EXPIRE, [program.pk, at, AT_ONCE_MAX])]
    rows = vouchers_of(program=program, voucher_ids=ended)
    announce([row.tell(VoucherExpired, at=at) for row in rows])
    return AT_ONCE_MAX in {len(freed), len(ended)}


def earliest_lapse(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """For each programme with something over at or before `until`: the earliest such instant."""
    reserved = Voucher.objects.filter(state=VoucherState.RESERVED, reserved_until__lte=until)
    issued = Voucher.objects.filter(state=VoucherState.ISSUED, ends_at__lte=until)
    first: dict[Id, datetime] = {}
    for rows, field in ((reserved, "reserved_until"), (issued, "ends_at")):
        mine = rows if program_id is None else rows.filter(program=program_id)
        for whose, instant in mine.order_by().values_list("program").annotate(Min(field)):
            first[whose] = min(first.get(whose, instant), instant)
    return first
