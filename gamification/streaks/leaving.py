"""Leaving: what goes when the person behind a member goes, and what goes over when two become one (G-10)."""

from collections.abc import Collection, Mapping

from gamification.criteria.merging import hands_over
from gamification.streaks.models import StreakPause
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program


@inside_unit_of_work
def forget(*, member_ids: Collection[Id]) -> None:
    """Pauses tell when somebody was away: they go. Days, freezes and repairs stay under the nameless member."""
    StreakPause.objects.filter(member_id__in=member_ids).delete()


# What the survivor has already stays; a pause that would overlap one of theirs is left out.
_COPIES = (
    """
    INSERT INTO gamification_freezeitem (id, streak_id, member_id, kind, occasion, quantity, at, reason, actor)
    SELECT gen_random_uuid(), streak_id, %s, kind, occasion, quantity, at, reason, actor
    FROM gamification_freezeitem WHERE member_id = %s AND kind = 'granted' ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO gamification_streakpause (id, streak_id, member_id, first, last, declared_at, actor)
    SELECT gen_random_uuid(), streak_id, %s, first, last, declared_at, actor
    FROM gamification_streakpause WHERE member_id = %s ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO gamification_repair (id, streak_id, member_id, period_key, reason, actor, at)
    SELECT gen_random_uuid(), streak_id, %s, period_key, reason, actor, at
    FROM gamification_repair WHERE member_id = %s ON CONFLICT DO NOTHING
    """,
)


@hands_over
def hand_streaks_over(program: Program, gone: Mapping[Id, Id]) -> None:
    """Freezes that were given, pauses and repairs count for the survivor too; the walk itself follows from the deeds."""
    for merged, survivor in sorted(gone.items()):
        for copy in _COPIES:
            run(copy, [survivor, merged])
