"""Showing: which members stand on boards for others to see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gamification.criteria.switches import playing
from gamification.leaderboards.kinds import GAME, Choice
from gamification.leaderboards.models import Visibility
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

# Also on final boards: scores stay there, and who is shown follows today's choice (G-84).
_REFRESH: Final = """
    UPDATE gamification_boardscore AS score
    SET shown = score.admitted AND score.suspended_at IS NULL AND told.plays AND (told.is_seen OR jsonb_array_length(coalesce(version.settings -> 'prizes', '[]')) > 0)
    FROM unnest(%s::uuid[], %s::bool[], %s::bool[]) AS told (member_id, plays, is_seen),
         gamification_boardperiod AS period
         JOIN gamification_definitionversion AS version ON version.id = period.version_id
    WHERE score.member_id = told.member_id AND period.id = score.period_id
      AND score.shown <> (score.admitted AND score.suspended_at IS NULL AND told.plays AND (told.is_seen
          OR jsonb_array_length(coalesce(version.settings -> 'prizes', '[]')) > 0))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Who takes part at all, and who of them agreed to be seen."""

    playing: frozenset[Id]
    choices: dict[Id, str]

    def is_shown(self, member_id: Id, *, has_prizes: bool) -> bool:
        """Whether the member stands on a board for others to see; where prizes are won, under an alias at least."""
        if member_id not in self.playing:
            return False
        return has_prizes or self.choices.get(member_id, Choice.HIDDEN) != Choice.HIDDEN


def seen_of(member_ids: Collection[Id]) -> Seen:
    """How these members are seen; two statements. Suspended and restricted ones are not, nor who switched boards off."""
    rows = Visibility.objects.filter(member_id__in=member_ids)
    return Seen(
        playing=frozenset(playing(GAME, member_ids)),
        choices=dict(rows.values_list("member_id", "choice")),
    )


@inside_unit_of_work
def show_or_hide(member_ids: Collection[Id]) -> None:
    """Bring every row of these members up to how they are seen now; the trigger tells the histograms."""
    told = sorted(member_ids)
    if not told:
        return
    seen = seen_of(told)
    is_seen = [seen.choices.get(each, Choice.HIDDEN) != Choice.HIDDEN for each in told]
    run(_REFRESH, [told, [each in seen.playing for each in told], is_seen])
