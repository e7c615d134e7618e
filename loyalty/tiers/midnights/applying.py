"""Applying: a published revision reaches the members, in ranges, each once (T-41, T-42)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.kinds import GONE
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.tiers.book import open_book
from loyalty.tiers.kinds import RevisionState
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.writing import write

MEMBERS_PER_UNIT: Final = 1000


@inside_unit_of_work
def apply_to_members(
    *,
    program: Program,
    revision_id: Id,
    cursor: str | None,
    at: datetime,
    limit: int = MEMBERS_PER_UNIT,
) -> str | None:
    """Take a chunk of members over to this revision; answers where to go on, or None. A past one is left alone."""
    revision = LadderRevision.objects.get(pk=revision_id)
    if revision.state != RevisionState.LIVE:
        return None
    members = Member.objects.filter(program=program).exclude(status__in=GONE).order_by("pk")
    if cursor is not None:
        members = members.filter(pk__gt=cursor)
    due = list(members.values_list("pk", flat=True)[:limit])
    if due:
        take_over(program=program, member_ids=due, at=at, is_silent=revision.is_silent)
    if len(due) == limit:
        LadderRevision.objects.filter(pk=revision_id).update(applied_through=due[-1])
        return str(due[-1])
    LadderRevision.objects.filter(pk=revision_id).update(applied_at=at)
    return None


@inside_unit_of_work
def take_over(
    *, program: Program, member_ids: Sequence[Id], at: datetime, is_silent: bool = False
) -> None:
    """Bring these members to the live revision; opening the book under their lock is what does it."""
    lock_members(program=program, member_ids=member_ids, at=at)
    write(open_book(program=program, member_ids=member_ids, at=at), is_silent=is_silent)
