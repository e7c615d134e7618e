"""Segments: who belongs to which named group since when. Whoever computes segments tells the moves here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from loyalty.foundation.database.statements import Values, run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.facts import SegmentEntered, SegmentLeft
from loyalty.members.models import SegmentMembership
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program

_MEMBERSHIPS: Final = """
    SELECT member_id, segment, entered_at, left_at FROM loyalty_segmentmembership
    WHERE member_id = ANY(%s::uuid[])
"""


@inside_unit_of_work
def enter_segment(
    *, program: Program, segment: str, member_ids: Collection[Id], at: datetime
) -> int:
    """These members belong to the segment from now on; who is in already stays. Answers how many are new."""
    inside = set(_open(segment, member_ids).values_list("member_id", flat=True))
    entering = sorted(set(member_ids) - inside)
    SegmentMembership.objects.bulk_create(
        SegmentMembership(program=program, member_id=member_id, segment=segment, entered_at=at)
        for member_id in entering
    )
    announce(
        [
            SegmentEntered(program_id=program.pk, member_id=member_id, at=at, segment=segment)
            for member_id in entering
        ]
    )
    return len(entering)


@inside_unit_of_work
def leave_segment(
    *, program: Program, segment: str, member_ids: Collection[Id], at: datetime
) -> int:
    """These members are out of the segment from now on; who is not in it does not matter. Answers how many left."""
    leaving = sorted(_open(segment, member_ids).values_list("member_id", flat=True))
    _open(segment, leaving).update(left_at=at)
    announce(
        [
            SegmentLeft(program_id=program.pk, member_id=member_id, at=at, segment=segment)
            for member_id in leaving
        ]
    )
    return len(leaving)


def segments_of(*, member_ids: Collection[Id]) -> dict[Id, list[SegmentMembership]]:
    """Every membership of these members, past ones too, oldest first: who asks about an instant, filters."""
    memberships: dict[Id, list[SegmentMembership]] = {}
    for row in SegmentMembership.objects.filter(member_id__in=member_ids).order_by("id"):
        memberships.setdefault(row.member_id, []).append(row)
    return memberships


def segments_at_instants(*, asked: Mapping[int, tuple[Id, datetime]]) -> dict[int, frozenset[str]]:
    """The segments a member belonged to at an instant, for many such questions at once, by their number."""
    memberships: dict[Id, list[Values]] = {}
    for member_id, *row in run(_MEMBERSHIPS, [sorted({each for each, _at in asked.values()})]):
        memberships.setdefault(member_id, []).append(tuple(row))
    return {
        number: frozenset(
            segment
            for segment, entered_at, left_at in memberships.get(member_id, ())
            if entered_at <= at and (left_at is None or left_at > at)
        )
        for number, (member_id, at) in asked.items()
    }


def _open(segment: str, member_ids: Collection[Id]) -> QuerySet[SegmentMembership]:
    return SegmentMembership.objects.filter(
        segment=segment, member_id__in=member_ids, left_at__isnull=True
    )
