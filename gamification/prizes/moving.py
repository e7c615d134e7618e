"""Moving: grants go over to the survivor of a merge, so that what comes back later is found (G-10)."""

from collections.abc import Mapping

from gamification.criteria.merging import hands_over
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


@hands_over
def hand_grants_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """What the survivor had been given as well stays with who was merged."""
    rows = PrizeGrant.objects.filter(program=program, member_id__in={*gone, *gone.values()})
    taken = {
        (row.member_id, row.definition_id, row.occasion, row.item)
        for row in rows
        if row.member_id not in gone
    }
    moved = []
    for row in rows.filter(member_id__in=gone).order_by("pk"):
        place = (gone[row.member_id], row.definition_id, row.occasion, row.item)
        if place not in taken:
            taken.add(place)
            row.member_id = place[0]
            moved.append(row)
    PrizeGrant.objects.bulk_update(moved, ["member_id"])
