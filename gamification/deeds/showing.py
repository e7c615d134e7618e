"""Showing: deeds as people see them, and how many members do anything."""

from collections.abc import Collection
from datetime import datetime

from gamification.deeds.models import Deed
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def active_members(*, program: Program, since: datetime) -> int:
    """How many members did anything that counts since then."""
    rows = Deed.objects.filter(program=program, occurred_at__gte=since, void_at=None)
    return rows.values("member_id").distinct().count()


def latest_deeds(*, member_id: Id, kinds: Collection[str], limit: int) -> list[Deed]:
    """The latest deeds of a member of these kinds, newest first."""
    rows = Deed.objects.filter(member_id=member_id, kind__in=kinds)
    return list(rows.order_by("-occurred_at", "-pk")[:limit])
