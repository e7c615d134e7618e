"""Leaving: who was erased or merged takes their choice along; a merged one's deeds count for the survivor (G-10)."""

from collections.abc import Collection
from typing import Final

from gamification.leaderboards.models import Visibility
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

_EMPTY: Final = """
    UPDATE gamification_boardscore AS score SET score = 0, reached_at = NULL, shown = false
    FROM gamification_boardperiod AS period
    WHERE score.member_id = ANY (%s::uuid[]) AND period.id = score.period_id
      AND period.state NOT IN ('final', 'archived') AND (score.score > 0 OR score.shown)
"""


@inside_unit_of_work
def leave_boards(*, erased: Collection[Id], merged: Collection[Id]) -> None:
    """Forget the choices of both; empty what merged ones had on boards that still go on."""
    if erased or merged:
        Visibility.objects.filter(member_id__in=[*erased, *merged]).delete()
    if merged:
        run(_EMPTY, [sorted(merged)])
