"""Forgetting: letters that are over, and those of people who are gone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from portal.letters.models import Letter

KEPT_FOR: Final = timedelta(days=1)  # well over the hour that is counted


@unit_of_work
def forget(*, at: datetime) -> int:
    """Letters go a day after their end; answers how many."""
    return Letter.objects.filter(ends_at__lt=at - KEPT_FOR).delete()[0]


@inside_unit_of_work
def forget_of(*, member_ids: Collection[Id]) -> None:
    """The letters of people who are gone."""
    Letter.objects.filter(member_id__in=member_ids).delete()
