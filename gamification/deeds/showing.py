"""Showing: deeds as people see them, and how many members do anything."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from gamification.deeds.models import Deed
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def active_members(*, program: Program, since: datetime) -> QuerySet[Deed, Id]:
    """Ids of the members who did anything that counts since then, each once; not asked for yet."""
    rows = Deed.objects.filter(program=program, occurred_at__gte=since, void_at=None)
    return rows.order_by().values_list("member_id", flat=True).distinct()


def latest_deeds(*, member_id: Id, kinds: Collection[str], limit: int) -> list[Deed]:
    """The latest deeds of a member of these kinds, newest first."""
    rows = Deed.objects.filter(member_id=member_id, kind__in=kinds)
    return list(rows.order_by("-occurred_at", "-pk")[:limit])
