"""Picturing: a voucher's code as a QR code, made when asked and kept nowhere (W-47)."""

from io import BytesIO
from typing import Final

import segno

from loyalty.foundation.refusals import NotFound
from loyalty.programs.models import Program
from loyalty.rewards.vouchers.issuing import IssuedVoucher
from loyalty.rewards.vouchers.rows import VoucherRow
from loyalty.rewards.vouchers.showing import opened_vouchers

QUIET_ZONE: Final = 4  # what the standard asks for around a symbol
DOTS: Final = 8  # pixels of one module


def picture_of(*, program: Program, row: VoucherRow, as_png: bool) -> bytes:
    """The code without dashes, so that it is alphanumeric (level M, version 1); a pool's code as it is.

    Raises NotFound once no sealed copy is left.
    """
    told = opened_vouchers(program=program, voucher_ids=[row.id]).get(row.id)
    if told is None or not told.code:
        raise NotFound
    symbol = _symbol_of(told)
    picture = BytesIO()
    if as_png:
        symbol.save(picture, kind="png", border=QUIET_ZONE, scale=DOTS)
    else:
        symbol.save(picture, kind="svg", border=QUIET_ZONE, scale=DOTS, xmldecl=True, svgns=True)
    return picture.getvalue()


def address_of_picture(voucher: IssuedVoucher) -> str | None:
    """The same symbol as a `data:` address for a page; None where the code is not shown."""
    if not voucher.code:
        return None
    return str(_symbol_of(voucher).svg_data_uri(border=QUIET_ZONE))


def _symbol_of(voucher: IssuedVoucher) -> segno.QRCode:
    content = voucher.code if voucher.is_foreign else voucher.code.replace("-", "")
    return segno.make(content, error="m", micro=False, boost_error=False)
