"""Exporting: the redemptions and gifts of a member, for the member's export (S-57)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.ids import Id, shown
from loyalty.members.showing import exported_with_member
from loyalty.programs.models import Program
from loyalty.rewards.models import Redemption

FIELDS: Final = (
    "quantity", "points", "state", "origin", "reason", "note", "case", "redeemed_at", "state_at", "cancelled_at",
    "points_usable", "points_expired",
)  # fmt: skip


@exported_with_member("redemptions")
def export_redemptions(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, object]:
    """Every redemption and gift of each member, oldest first; one statement for any number."""
    told: dict[Id, list[dict[str, Any]]] = {member_id: [] for member_id in member_ids}
    rows = Redemption.objects.filter(member_id__in=member_ids).order_by("pk")
    for row in rows.values("id", "member_id", "reward__slug", "currency__slug", *FIELDS):
        view = {"id": shown(Redemption.prefix, row["id"]), "reward": row["reward__slug"]}
        view |= {"currency": row["currency__slug"]}
        told[row["member_id"]].append(view | {field: row[field] for field in FIELDS})
    return told
