"""Inspecting: what is the matter with a code, for staff with the right to know (W-36)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import Text
from loyalty.programs.models import Program
from loyalty.rewards.using.finding import Reason, Shown, find_shown, reason_against
from loyalty.rewards.vouchers.rows import VoucherRow

SAID: Final[dict[Reason, Text]] = {
    Reason.UNKNOWN: _("Nobody was ever given this code here."),
    Reason.MISTYPED: _("The check symbol does not fit: it was mistyped."),
    Reason.OTHER_MEMBER: _("It is bound to a member, and works only with that member."),
    Reason.USED: _("It was used."),
    Reason.RESERVED: _("A basket keeps it at the moment."),
    Reason.CANCELLED: _("It was cancelled."),
    Reason.EXPIRED: _("It has ended."),
    Reason.NOT_YET_GOOD: _("It is not good yet."),
    Reason.PIN_MISSING: _("It needs its PIN."),
    Reason.PIN_WRONG: _("The PIN is wrong."),
    Reason.PIN_VOID: _("Its PIN is void after too many wrong ones."),
}
_USES: Final = """
    SELECT used_at, amount, given_back, reinstated_at FROM loyalty_voucheruse WHERE voucher_id = %s ORDER BY used_at
"""


@dataclass(frozen=True, slots=True)
class Used:
    """When it served an order; of a gift card how much was drawn, and what came back."""

    at: datetime
    amount: int | None
    given_back: int
    reinstated_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """The voucher behind a code, if there is one, and why it cannot be used now, if it cannot."""

    row: VoucherRow | None
    reason: Reason | None

    @property
    def said(self) -> Text:
        """The reason as a sentence."""
        return SAID[self.reason] if self.reason else _("It is good.")


def inspect(*, program: Program, code: str, at: datetime) -> Inspected:
    """What a till would meet with this code, whoever shows it."""
    shown = Shown(code=code, may_inspect=True)
    row = find_shown(program=program, shown=shown, at=at)
    return Inspected(row=row, reason=reason_against(row, shown=shown, at=at))


def uses_of(voucher_id: Id) -> Sequence[Used]:
    """Every order that it served, the first one first."""
    return [Used(*row) for row in run(_USES, [voucher_id])]
