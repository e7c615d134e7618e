"""Issuing: vouchers are handed out, each with a code that is told once here and then kept sealed (W-32 to W-35)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.codes.pooling import TakenCode
from loyalty.rewards.codes.spelling import show_code
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Voucher
from loyalty.rewards.vouchers.facts import VoucherIssued
from loyalty.rewards.vouchers.writing import Fresh, write_vouchers


@dataclass(frozen=True, kw_only=True, slots=True)
class NewVoucher:
    """A voucher that shall be handed out: by which offer, to whom, why; `number` counts within its redemption."""

    offer: Offer
    origin: Origin
    ends_at: datetime | None
    redemption_id: Id | None = None
    member_id: Id | None = None
    origin_event_id: Id | None = None
    number: int = 1
    pool_code: TakenCode | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuedVoucher:
    """A voucher as its owner hears of it; `code` is empty once no sealed copy is left."""

    id: Id
    redemption_id: Id | None
    number: int
    code: str
    last_four: str
    ends_at: datetime | None
    pin: str | None = None
    is_foreign: bool = False

    @property
    def shown_id(self) -> str:
        return shown(Voucher.prefix, self.id)

    def __repr__(self) -> str:
        return f"IssuedVoucher({self.shown_id}, …{self.last_four})"


@inside_unit_of_work
def issue(*, program: Program, vouchers: Sequence[NewVoucher], at: datetime) -> list[IssuedVoucher]:
    """Hand out these vouchers, in order; announces `voucher.issued`. One statement for any number of them."""
    issued, facts = make(program=program, vouchers=vouchers, at=at)
    announce(facts)
    return issued


@inside_unit_of_work
def make(
    *, program: Program, vouchers: Sequence[NewVoucher], at: datetime
) -> tuple[list[IssuedVoucher], list[VoucherIssued]]:
    """As `issue`, for who has more to tell: the facts are still to be announced."""
    if not vouchers:
        return [], []
    fresh = [_fresh(each) for each in vouchers]
    left_out = write_vouchers(program=program, vouchers=fresh, at=at)
    assert not left_out, "a pool's code is known once in a programme"
    return [told_of(each) for each in fresh], [issued_fact(program, each, at) for each in fresh]


def told_of(fresh: Fresh) -> IssuedVoucher:
    """What its owner hears of a voucher that was just made."""
    return IssuedVoucher(
        id=fresh.id,
        redemption_id=fresh.redemption_id,
        number=fresh.number,
        code=fresh.code if fresh.is_foreign else show_code(fresh.code),
        last_four=fresh.last_four,
        ends_at=fresh.ends_at,
        pin=fresh.pin or None,
        is_foreign=fresh.is_foreign,
    )


def _fresh(told: NewVoucher) -> Fresh:
    offer, pool = told.offer, told.pool_code
    fresh = Fresh(
        kind=offer.kind,
        origin=told.origin,
        symbols=offer.code_symbols,
        redemption_id=told.redemption_id,
        revision_id=offer.revision_id,
        number=told.number,
        member_id=told.member_id,
        is_bound=offer.bound and told.member_id is not None,
        origin_event_id=told.origin_event_id,
        ends_at=told.ends_at,
    )
    if pool:
        fresh.id, fresh.code, fresh.pin, fresh.is_foreign = (
            pool.voucher_id,
            pool.code,
            pool.pin,
            True,
        )
        fresh.ends_at = min((each for each in (told.ends_at, pool.ends_at) if each), default=None)
    return fresh


def issued_fact(program: Program, fresh: Fresh, at: datetime) -> VoucherIssued:
    """The fact that tells of a fresh voucher."""
    return VoucherIssued(
        program_id=program.pk,
        member_id=fresh.member_id,
        at=at,
        voucher_id=fresh.id,
        kind=fresh.kind.value,
        origin=fresh.origin.value,
        redemption_id=fresh.redemption_id,
        ends_at=fresh.ends_at,
    )
