"""Rows: vouchers as plain values, found and locked in one statement each."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.kinds import RewardKind
from loyalty.rewards.models import Voucher
from loyalty.rewards.voucher_kinds import VoucherState, state_by_clock
from loyalty.rewards.vouchers.facts import VoucherFact

F = TypeVar("F", bound=VoucherFact)

_COLUMNS: Final = """
    SELECT v.id, v.program_id, v.redemption_id, v.revision_id, v.kind, v.state, v.member_id, v.is_bound, v.origin,
           v.origin_event_id, v.last_four, v.issued_at, v.starts_at, v.ends_at, v.reserved_key, v.reserved_until,
           v.discount, v.order_key, v.redeemed_at,
           c.value, c.currency, c.paid_with, c.pin_digest, c.wrong_pins,
           (WITH RECURSIVE led AS (
                SELECT m.id, m.merged_into_id FROM loyalty_member m WHERE m.id = v.member_id
                UNION SELECT m.id, m.merged_into_id FROM led JOIN loyalty_member m ON m.id = led.merged_into_id)
            SELECT id FROM led WHERE merged_into_id IS NULL)
    FROM loyalty_voucher v LEFT JOIN loyalty_giftcard c ON c.voucher_id = v.id
"""
_BY_DIGEST: Final = _COLUMNS + "WHERE v.program_id = %s AND v.digest = ANY(%s::bytea[])"
_LOCKED: Final = (
    _COLUMNS
    + "WHERE v.program_id = %s AND v.id = ANY(%s::uuid[]) ORDER BY v.id FOR NO KEY UPDATE OF v"
)
_BY_ID: Final = _COLUMNS + "WHERE v.program_id = %s AND v.id = ANY(%s::uuid[]) ORDER BY v.id"


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher as it stands; what follows `redeemed_at` is None for all but gift cards.

    `owner_id` answers for the member it was given to today: after a merge, the survivor.
    """

    id: Id
    program_id: Id
    redemption_id: Id | None
    revision_id: Id | None
    kind: str
    state: str
    member_id: Id | None
    is_bound: bool
    origin: str
    origin_event_id: Id | None
    last_four: str
    issued_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None
    reserved_key: str
    reserved_until: datetime | None
    discount_json: str | None
    order_key: str
    redeemed_at: datetime | None
    value: int | None
    currency: str | None
    paid_with: str | None
    pin_digest: bytes | None
    wrong_pins: int | None
    owner_id: Id | None

    @property
    def shown_id(self) -> str:
        return shown(Voucher.prefix, self.id)

    @property
    def discount(self) -> dict[str, Any] | None:
        """What the basket that it is kept for was told."""
        return None if self.discount_json is None else json.loads(self.discount_json)

    @property
    def is_card(self) -> bool:
        return self.kind == RewardKind.GIFT_CARD

    def is_alive(self, at: datetime) -> bool:
        """Whether it is good at this instant: begun, and not at its end (W-31)."""
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or self.ends_at > at
        )

    def is_kept_for(self, key: str, at: datetime) -> bool:
        """Whether a live reservation of this key keeps it."""
        return self.is_reserved(at) and self.reserved_key == key

    def is_reserved(self, at: datetime) -> bool:
        """Whether a reservation keeps it at this instant, whatever a job has written (W-31)."""
        return (
            self.state == VoucherState.RESERVED
            and self.reserved_until is not None
            and self.reserved_until > at
        )

    def state_at(self, at: datetime) -> VoucherState:
        """Where it stands by the clock (W-31)."""
        return state_by_clock(
            self.state, reserved_until=self.reserved_until, ends_at=self.ends_at, at=at
        )

    def tell(self, kind: type[F], *, at: datetime, **own: Any) -> F:
        """The fact of this kind about it."""
        return kind(
            program_id=self.program_id,
            member_id=self.member_id,
            at=at,
            voucher_id=self.id,
            kind=self.kind,
            origin=self.origin,
            redemption_id=self.redemption_id,
            **{"ends_at": self.ends_at} | own,
        )


def find_by_digest(*, program: Program, digests: Collection[bytes]) -> list[VoucherRow]:
    """The programme's vouchers with these codes."""
    return [VoucherRow(*row) for row in run(_BY_DIGEST, [program.pk, list(digests)])]


def vouchers_of(*, program: Program, voucher_ids: Collection[Id]) -> list[VoucherRow]:
    """These vouchers of the programme as they stand, lowest id first."""
    return [VoucherRow(*row) for row in run(_BY_ID, [program.pk, sorted(voucher_ids)])]


@inside_unit_of_work
def lock_vouchers(*, program: Program, voucher_ids: Collection[Id]) -> list[VoucherRow]:
    """Hold these vouchers until the transaction ends, lowest id first; after accounts, budgets and stock (W-75)."""
    return [VoucherRow(*row) for row in run(_LOCKED, [program.pk, sorted(voucher_ids)])]
