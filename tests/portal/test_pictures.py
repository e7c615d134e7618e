"""Codes to be scanned, as a page shows them."""

import pytest
import segno

from loyalty.foundation.ids import new_id
from loyalty.rewards.using.picturing import QUIET_ZONE, address_of_picture
from loyalty.rewards.vouchers.issuing import IssuedVoucher


@pytest.mark.parametrize(("is_foreign", "content"), [(True, "AB-12"), (False, "AB12")])
def test_a_foreign_code_is_pictured_as_it_is(is_foreign, content):
    """W-46, W-47: a partner's code keeps its dashes in the symbol; a code of ours drops them."""
    voucher = IssuedVoucher(
        id=new_id(),
        redemption_id=None,
        number=1,
        code="AB-12",
        last_four="B-12",
        ends_at=None,
        is_foreign=is_foreign,
    )
    symbol = segno.make(content, error="m", micro=False, boost_error=False)

    assert address_of_picture(voucher) == symbol.svg_data_uri(border=QUIET_ZONE)
