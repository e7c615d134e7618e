"""Finding: the voucher behind a code that is shown, or the one refusal for every bad one (W-32 to W-36, S-32)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hmac import compare_digest

from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import foreign_digest, own_digest, pin_digest
from loyalty.rewards.codes.spelling import is_spelled_right, read_code
from loyalty.rewards.guesses.guessing import PIN_TRIES_MAX
from loyalty.rewards.voucher_kinds import VoucherState
from loyalty.rewards.vouchers.refusals import VoucherNotRedeemable
from loyalty.rewards.vouchers.rows import VoucherRow, find_by_digest


class Reason(StrEnum):
    """What is wrong with a code; told to holders of `vouchers:inspect` alone."""

    UNKNOWN = "unknown"
    MISTYPED = "mistyped"
    OTHER_MEMBER = "other_member"
    USED = "used"
    RESERVED = "reserved"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_YET_GOOD = "not_yet_good"
    PIN_MISSING = "pin_missing"
    PIN_WRONG = "pin_wrong"
    PIN_VOID = "pin_void"


_OF_STATE = {
    VoucherState.REDEEMED: Reason.USED,
    VoucherState.CANCELLED: Reason.CANCELLED,
    VoucherState.EXPIRED: Reason.EXPIRED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What somebody shows at a till: a code, perhaps whose it is and a PIN; and whether they may hear reasons."""

    code: str
    member_id: Id | None = None
    pin: str = ""
    may_inspect: bool = False

    def __repr__(self) -> str:
        return "Shown(…)"

    def refusal(self, reason: Reason, *, card_id: Id | None = None) -> VoucherNotRedeemable:
        """The refusal of what is shown here."""
        return VoucherNotRedeemable.because(reason.value, is_told=self.may_inspect, card_id=card_id)


def find_shown(*, program: Program, shown: Shown, at: datetime) -> VoucherRow | None:
    """The voucher with this code, whatever its state: check symbol, two digests, one query, always."""
    code = read_code(shown.code)
    is_ours = is_spelled_right(code)
    digests = [own_digest(code, program=program), foreign_digest(shown.code, program=program)]
    rows = find_by_digest(program=program, digests=digests if is_ours else digests[1:] * 2)
    return rows[0] if rows else None


def demand_good(row: VoucherRow | None, *, shown: Shown, key: str = "", at: datetime) -> VoucherRow:
    """The voucher, if it can be used now by whoever shows it (under this basket's key); else VoucherNotRedeemable."""
    row = demand_holder(row, shown=shown)
    reason = _of_its_state(row, key=key, at=at)
    if reason:
        raise shown.refusal(reason)
    return row


def reason_against(row: VoucherRow | None, *, shown: Shown, at: datetime) -> Reason | None:
    """Why nobody could use this code now; whose it is and its PIN play no part."""
    if row is None:
        return _unknown(shown)
    return _of_its_state(row, key="", at=at)


def demand_holder(
    row: VoucherRow | None, *, shown: Shown, keys: Collection[str] = ()
) -> VoucherRow:
    """The voucher, if whoever shows it is its holder; `keys` are known baskets, which need no PIN again."""
    if row is None:
        raise shown.refusal(_unknown(shown))
    if row.is_bound and (shown.member_id is None or shown.member_id != row.owner_id):
        raise shown.refusal(Reason.OTHER_MEMBER)
    if row.is_card and not keys:
        _demand_pin(row, shown=shown)
    return row


def _unknown(shown: Shown) -> Reason:
    return Reason.UNKNOWN if is_spelled_right(read_code(shown.code)) else Reason.MISTYPED


def _of_its_state(row: VoucherRow, *, key: str, at: datetime) -> Reason | None:
    if row.is_kept_for(key, at):
        return None
    state = row.state_at(at)
    if state is VoucherState.RESERVED:
        return Reason.RESERVED
    if state in _OF_STATE:
        return _OF_STATE[state]
    return None if row.is_alive(at) else Reason.NOT_YET_GOOD


def _demand_pin(row: VoucherRow, *, shown: Shown) -> None:
    """A card's PIN, unless the call names its owner, or it never had one (W-52)."""
    if row.pin_digest is None:
        return
    if shown.member_id is not None and shown.member_id == row.owner_id:
        return
    if not shown.pin:
        raise shown.refusal(Reason.PIN_MISSING)
    is_right = compare_digest(bytes(row.pin_digest), pin_digest(shown.pin.strip(), card_id=row.id))
    if (row.wrong_pins or 0) >= PIN_TRIES_MAX:
        raise shown.refusal(Reason.PIN_VOID)
    if not is_right:
        raise shown.refusal(Reason.PIN_WRONG, card_id=row.id)
