"""Showing: vouchers as their owners and doors see them, codes out of the sealed copy (W-34)."""

from collections.abc import Collection
from typing import Final

from loyalty.foundation.database.statements import Values, run
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.rewards.codes.keeping import unseal_code
from loyalty.rewards.codes.spelling import show_code
from loyalty.rewards.vouchers.issuing import IssuedVoucher

_OF_REDEMPTIONS: Final = """
    SELECT id, redemption_id, number, last_four, ends_at, sealed, is_foreign FROM loyalty_voucher
    WHERE program_id = %s AND redemption_id = ANY(%s::uuid[]) ORDER BY redemption_id, number
"""
_SEALED: Final = """
    SELECT id, redemption_id, number, last_four, ends_at, sealed, is_foreign FROM loyalty_voucher
    WHERE program_id = %s AND id = ANY(%s::uuid[]) ORDER BY id
"""


def opened(
    *, program: Program, redemption_ids: Collection[Id], show_codes: bool
) -> dict[Id, list[IssuedVoucher]]:
    """The vouchers and gift cards of these redemptions, by number; without codes where none shall be shown."""
    found: dict[Id, list[IssuedVoucher]] = {}
    for row in run(_OF_REDEMPTIONS, [program.pk, sorted(redemption_ids)]):
        voucher = _told(row, show_codes=show_codes)
        assert voucher.redemption_id is not None, "looked up by it"
        found.setdefault(voucher.redemption_id, []).append(voucher)
    return found


def opened_vouchers(*, program: Program, voucher_ids: Collection[Id]) -> dict[Id, IssuedVoucher]:
    """These vouchers with their codes, as far as sealed copies are left."""
    rows = run(_SEALED, [program.pk, sorted(voucher_ids)])
    return {row[0]: _told(row, show_codes=True) for row in rows}


def _told(row: Values, *, show_codes: bool) -> IssuedVoucher:
    voucher_id, redemption_id, number, last_four, ends_at, sealed, is_foreign = row
    code = pin = ""
    if show_codes and sealed is not None:
        code, pin = unseal_code(sealed, about=voucher_id)
        code = code if is_foreign else show_code(code)
    return IssuedVoucher(
        id=voucher_id,
        redemption_id=redemption_id,
        number=number,
        code=code,
        last_four=last_four,
        ends_at=ends_at,
        pin=pin or None,
        is_foreign=is_foreign,
    )
