"""Moving: awards go over to the survivor of a merge; where both have the same, the earlier row stays (G-10)."""

from collections.abc import Mapping

from gamification.badges.models import Award
from gamification.criteria.merging import hands_over
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


@hands_over
def hand_awards_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """What collides with a row of the survivor stays with who was merged, out of sight."""
    rows = Award.objects.filter(program=program, member_id__in={*gone, *gone.values()})
    taken = {
        (row.member_id, row.badge_id, row.tier_rank, row.occasion)
        for row in rows
        if row.member_id not in gone
    }
    moved = []
    for row in rows.filter(member_id__in=gone).order_by("earned_at", "pk"):
        place = (gone[row.member_id], row.badge_id, row.tier_rank, row.occasion)
        if place not in taken:
            taken.add(place)
            row.member_id = place[0]
            moved.append(row)
    Award.objects.bulk_update(moved, ["member_id"])
