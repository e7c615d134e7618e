"""Leaving: what goes when the person behind a member goes (G-10)."""

from collections.abc import Collection

from gamification.streaks.models import StreakPause
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work


@inside_unit_of_work
def forget(*, member_ids: Collection[Id]) -> None:
    """Pauses tell when somebody was away: they go. Days, freezes and repairs stay under the nameless member."""
    StreakPause.objects.filter(member_id__in=member_ids).delete()
