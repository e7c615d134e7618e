"""Mine: a member's own redemptions, for pages that a member sees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.foundation.ids import Id, read_id
from loyalty.foundation.refusals import NotFound
from loyalty.programs.models import Program
from loyalty.rewards.models import Redemption
from loyalty.rewards.refusals import RedemptionUnknown
from loyalty.rewards.showing.redemptions import show_redemptions, show_voucher
from loyalty.rewards.using.picturing import address_of_picture
from loyalty.rewards.vouchers.showing import opened


def redemptions_of(*, program: Program, member_id: Id, limit: int) -> list[dict[str, Any]]:
    """What this member was handed out lately, newest first, without codes."""
    rows = Redemption.objects.filter(member_id=member_id).order_by("-id")[:limit]
    return show_redemptions(list(rows), program=program, show_codes=False)


def redemption_of(
    *, program: Program, member_id: Id, told: str, at: datetime, is_confirmed: bool
) -> tuple[Id, dict[str, Any]]:
    """One redemption of this member with its codes, and whether the member may still give it back.

    Gift cards stay covered where it is not sure who looks. Raises RedemptionUnknown for what is nobody's or somebody else's.
    """
    try:
        row_id = read_id(Redemption.prefix, told)
    except NotFound as refusal:
        raise RedemptionUnknown from refusal
    row = Redemption.objects.filter(pk=row_id, member_id=member_id).first()
    if row is None:
        raise RedemptionUnknown
    (view,) = show_redemptions([row], program=program, show_codes=False)
    mine = opened(program=program, redemption_ids=[row.pk], show_codes=True).get(row.pk, [])
    codes = [show_voucher(each) | {"picture": address_of_picture(each)} for each in mine]
    until = row.member_may_cancel_until
    may_cancel = row.state == "issued" and until is not None and at < until
    whole = view | {"member_may_cancel": may_cancel, "vouchers": codes}
    whole["voucher"] = codes[0] if codes else None
    return row.pk, whole if is_confirmed else with_cards_covered(whole)


def with_cards_covered(view: Mapping[str, Any]) -> dict[str, Any]:
    """The same redemption without the numbers of gift cards: they are money for whoever reads them (S-19)."""
    vouchers = [_covered(each) if each["pin"] else each for each in view["vouchers"]]
    return {**view, "vouchers": vouchers, "voucher": vouchers[0] if vouchers else None}


def _covered(voucher: Mapping[str, Any]) -> dict[str, Any]:
    return {**voucher, "code": None, "pin": None, "picture": None, "is_covered": True}
