"""Welcoming: whom events are about; strangers are enrolled where the programme wants it (E-6)."""

from collections.abc import Sequence
from datetime import datetime

from loyalty.events.intake import looking_up, refusing
from loyalty.events.intake.items import Item
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.enrolling import enrol_missing
from loyalty.members.finding import EXTERNAL, Found, find_members
from loyalty.programs.models import Program


@inside_unit_of_work
def meet_members(items: Sequence[Item], *, program: Program, at: datetime) -> None:
    """Look members up, and enrol strangers whose events are otherwise good."""
    references = {item.told.member for item in items if item.outcome is None}
    found = find_members(program=program, told=references) if references else {}
    if not refusing.meet_members(items, program=program, found=found):
        return
    unmet = [item for item in items if item.outcome is None and item.found is None]
    refusing.refuse_foreign_keys(
        unmet,
        events=looking_up.known_events(program=program, items=unmet),
        orders=looking_up.known_orders(program=program, items=unmet),
    )
    joined: dict[str, datetime] = {}
    for item in unmet:
        if item.outcome is None:
            joined.setdefault(item.told.member.removeprefix(EXTERNAL), min(item.at, at))
    if not joined:
        return
    fresh = enrol_missing(program=program, joined=joined, at=at)
    found = {
        f"{EXTERNAL}{external_id}": Found(told_id=member.pk, member=member)
        for external_id, member in fresh.items()
    }
    late = {item.told.member for item in unmet if item.outcome is None} - found.keys()
    if late:  # somebody else enrolled them a moment ago
        found |= find_members(program=program, told=late)
    refusing.meet_members(unmet, program=program, found=found)
