"""Moving: whose deeds they are: after a merge the survivor's, after parting each one's own (G-10)."""

from collections.abc import Mapping

from gamification.deeds.models import Deed
from loyalty.events.kept.deeds import event_ids_told_of
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kept.earnings import entry_ids_of
from loyalty.members.persons import merged_into
from loyalty.programs.tenants import Program


@inside_unit_of_work
def hand_over(gone: Mapping[Id, Id]) -> None:
    """The deeds of who was merged are the survivor's from now on."""
    for member_id, survivor_id in sorted(gone.items()):
        Deed.objects.filter(member_id=member_id).update(member_id=survivor_id)


@inside_unit_of_work
def hand_back(*, program: Program, member_id: Id, survivor_id: Id) -> None:
    """What was told of this member, or of whom they had taken over, and stands on their accounts is theirs again."""
    (mine,) = merged_into([member_id]).values()
    sources = [
        *event_ids_told_of(program=program, member_ids=mine),
        *entry_ids_of(program=program, member_ids=mine),
    ]
    rows = Deed.objects.filter(program=program, member_id=survivor_id, source_id__in=sources)
    rows.update(member_id=member_id)
