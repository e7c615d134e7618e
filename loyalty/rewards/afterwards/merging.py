"""Merging: what one membership got belongs to the survivor, and goes back if the merge is undone (L-52)."""

from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.rewards.models import Redemption

_OVER: Final = """
    UPDATE {table} SET member_id = %s::uuid, merged_from = array_append(merged_from, %s::uuid) WHERE member_id = %s::uuid
"""
_BACK: Final = """
    UPDATE {table} SET member_id = %s::uuid, merged_from = trim_array(merged_from, 1)
    WHERE member_id = %s::uuid AND merged_from[cardinality(merged_from)] = %s::uuid
"""
_TABLES: Final = ("loyalty_redemption", "loyalty_voucher")


@inside_unit_of_work
def move_to_survivor(*, gone_id: Id, survivor_id: Id) -> None:
    """Redemptions and vouchers of a merged membership are the survivor's; limits count them from now on."""
    for table in _TABLES:
        run(_OVER.format(table=table), [survivor_id, gone_id, gone_id])


@inside_unit_of_work
def move_back(*, gone_id: Id, survivor_id: Id) -> None:
    """What came over by the merge goes back, whatever became of it meanwhile."""
    for table in _TABLES:
        run(_BACK.format(table=table), [gone_id, survivor_id, gone_id])


@inside_unit_of_work
def empty_notes(*, member_ids: list[Id]) -> None:
    """Forget what was written about these members' gifts; that they were given stays (S-58)."""
    Redemption.objects.filter(member_id__in=member_ids).exclude(note="").update(note="")
