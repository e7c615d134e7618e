"""Extending: staff give a voucher more time; one that has ended is good again (W-30)."""

from datetime import date, datetime, timedelta

from loyalty.access import auditing
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import midnight
from loyalty.programs.models import Program
from loyalty.rewards.voucher_kinds import VoucherState
from loyalty.rewards.vouchers import moving
from loyalty.rewards.vouchers.facts import VoucherExtended
from loyalty.rewards.vouchers.refusals import VoucherNotExtendable
from loyalty.rewards.vouchers.rows import VoucherRow, lock_vouchers, vouchers_of


@unit_of_work
def extend(
    *, program: Program, voucher_id: Id, last_day: date, reason: str, actor: Actor, at: datetime
) -> VoucherRow:
    """Good through this local day, which lies after the old end and is not over. Raises NotFound, VoucherNotExtendable.

    The same day again changes nothing. It leaves an audit row with its reason.
    """
    ends_at = midnight(last_day + timedelta(days=1), program.zone)
    rows = lock_vouchers(program=program, voucher_ids=[voucher_id])
    if not rows:
        raise NotFound
    (row,) = rows
    state = row.state_at(at)
    if state is VoucherState.ISSUED and row.ends_at == ends_at:
        return row
    allowed = state in {VoucherState.ISSUED, VoucherState.EXPIRED} and not row.is_reserved(at)
    if not allowed or ends_at <= at or not moving.extend(row.id, ends_at=ends_at):
        raise VoucherNotExtendable(state=state)
    deed = auditing.Deed(
        program_id=program.pk,
        actor=actor,
        action="voucher.extended",
        at=at,
        object_kind="voucher",
        object_id=row.shown_id,
        changes={"ends_at": [str(row.ends_at), str(ends_at)]},
        reason=reason,
    )
    auditing.record(deed)
    was_expired = state is VoucherState.EXPIRED
    announce([row.tell(VoucherExtended, at=at, ends_at=ends_at, was_expired=was_expired)])
    return vouchers_of(program=program, voucher_ids=[row.id])[0]
