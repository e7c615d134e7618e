"""Moving: whose deeds they are: after a merge the survivor's, after parting each one's own (G-10)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from gamification.deeds.models import Deed
from loyalty.events.kept.deeds import event_ids_told_of
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kept.earnings import entry_ids_of
from loyalty.members.persons import merged_into
from loyalty.programs.tenants import Program

_LATEST: Final = """
    SELECT asked.member_id, asked.kind, latest.occurred_at
    FROM unnest(%s::uuid[], %s::text[]) AS asked (member_id, kind)
    CROSS JOIN LATERAL (
        SELECT occurred_at FROM gamification_deed d
        WHERE d.member_id = asked.member_id AND d.kind = asked.kind ORDER BY occurred_at DESC LIMIT 1
    ) AS latest
"""


def latest_of(asked: Collection[tuple[Id, str]]) -> dict[tuple[Id, str], datetime]:
    """When each member's latest deed of each kind happened; one statement."""
    if not asked:
        return {}
    members, kinds = zip(*sorted(asked), strict=True)
    rows = run(_LATEST, [list(members), list(kinds)])
    return {(member_id, kind): at for member_id, kind, at in rows}


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
