"""Vouchers and gift cards of a member, for the member's export (S-57)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.ids import Id, shown
from loyalty.members.showing import exported_with_member
from loyalty.programs.models import Program
from loyalty.rewards.models import Voucher

FIELDS: Final = (
    "kind", "state", "last_four", "origin", "issued_at", "ends_at", "redeemed_at", "cancelled_at", "card__value",
    "card__currency",
)  # fmt: skip


@exported_with_member("vouchers")
def export_vouchers(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, object]:
    """Every voucher and gift card of each member, oldest first, without codes; one statement for any number."""
    told: dict[Id, list[dict[str, Any]]] = {member_id: [] for member_id in member_ids}
    rows = Voucher.objects.filter(member_id__in=member_ids).order_by("pk")
    for row in rows.values("id", "member_id", *FIELDS):
        view = {"id": shown(Voucher.prefix, row["id"])}
        mine = {field.removeprefix("card__"): row[field] for field in FIELDS}
        told[row["member_id"]].append(view | mine)
    return told
