"""Exporting: everything this room keeps about a member, for the member's export (S-57)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.ids import Id
from loyalty.members.showing import exported_with_member
from loyalty.programs.models import Program
from loyalty.tiers.models import TierDay, TierGift, TierGrant, TierMove

DAYS: Final = ("day", "points", "spend", "orders")
MOVES: Final = (
    "number", "from_slug", "to_slug", "cause", "day", "counted", "threshold", "effective_from", "effective_to", "at",
)  # fmt: skip
GRANTS: Final = (
    "slug", "begins_at", "until", "source", "reason", "note", "reference", "given_at", "ended_at", "ended_reason",
)  # fmt: skip
GIFTS: Final = ("slug", "gift", "year", "points", "given_at")


@exported_with_member("tier_records")
def export_tiers(program: Program, member_ids: Collection[Id], at: datetime) -> Mapping[Id, object]:
    """Days, moves, grants and gifts of each member; four statements for any number."""
    told: dict[Id, dict[str, list[dict[str, Any]]]] = {
        member_id: {"days": [], "moves": [], "grants": [], "gifts": []} for member_id in member_ids
    }
    rows: dict[str, Any] = {
        "days": TierDay.objects.order_by("day").values("member_id", *DAYS),
        "moves": TierMove.objects.order_by("number").values("member_id", *MOVES),
        "grants": TierGrant.objects.order_by("id").values("member_id", *GRANTS),
        "gifts": TierGift.objects.order_by("id").values("member_id", *GIFTS),
    }
    for name, found in rows.items():
        for row in found.filter(member_id__in=member_ids):
            told[row.pop("member_id")][name].append(row)
    return told
