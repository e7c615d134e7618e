"""Choosing: a member's way of reading is kept, and goes with the member."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.members.persons import Member
from loyalty.members.showing import exported_with_member
from loyalty.programs.tenants import Program
from portal.choices.models import Choice

FIELDS: Final = ("language", "digits", "calendar")


@unit_of_work
def choose(*, member: Member, told: Mapping[str, str]) -> Choice:
    """Keep what was chosen and leave the rest; an empty word is "as usual"."""
    wanted = {field: told[field] for field in FIELDS if field in told}
    row, _is_new = Choice.objects.update_or_create(member_id=member.pk, defaults=wanted)
    return row


@inside_unit_of_work
def forget(*, member_ids: Collection[Id]) -> None:
    """The choices of people who are gone."""
    Choice.objects.filter(member_id__in=member_ids).delete()


def choice_of(member: Member) -> Choice:
    """What this member chose; an unsaved row of empty words if nothing."""
    row: Choice | None = getattr(member, "portal_choice", None)
    return row or Choice(member=member)


@exported_with_member("portal")
def export_choices(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, dict[str, Any]]:
    """Each member's choices, for the member's export (S-57); one statement for any number."""
    rows = Choice.objects.filter(member_id__in=member_ids)
    return {row.member_id: {field: getattr(row, field) for field in FIELDS} for row in rows}
