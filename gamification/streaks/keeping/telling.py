"""Telling: what is new of a streak since somebody last looked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gamification.streaks.facts import StreakExtended, StreakFrozen, StreakLost
from gamification.streaks.keeping.courses import Pair, Streak
from gamification.streaks.keeping.states import State, Wake
from gamification.streaks.kinds import FreezeKind
from gamification.streaks.models import FreezeItem
from gamification.streaks.walks.walking import Walk
from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact


def news_of(
    streaks: Mapping[Id, Streak],
    states: Mapping[Pair, State],
    ends: Mapping[Pair, State],
    walks: Mapping[Pair, Walk],
    items: Sequence[FreezeItem],
    *,
    wake: Wake,
    at: datetime,
) -> list[Fact]:
    """What is new since somebody last looked: at most one extension and one loss of each streak."""
    frozen: dict[Pair, list[FreezeItem]] = {}
    for item in items:
        if item.kind == FreezeKind.USED:
            frozen.setdefault((item.streak_id, item.member_id), []).append(item)
    facts: list[Fact] = []
    for pair in sorted(ends):
        if pair[1] in wake.quiet:
            continue
        news = _News(streak=streaks[pair[0]], member_id=pair[1], at=at, walked=walks[pair])
        is_silent = pair[1] in wake.silent
        facts += news.of(states[pair], ends[pair], is_silent=is_silent)
        if not is_silent:
            facts += [news.frozen(item) for item in frozen.get(pair, ())]
    return facts


@dataclass(frozen=True, kw_only=True, slots=True)
class _News:
    """What is told about one member's streak."""

    streak: Streak
    member_id: Id
    at: datetime
    walked: Walk

    def of(self, before: State, after: State, *, is_silent: bool) -> list[Fact]:
        facts: list[Fact] = []
        if after.lost_key > before.lost_key and not is_silent:
            facts.append(
                StreakLost(
                    occasion=after.lost_key, length=self.walked.losses[-1].ended, **self._of()
                )
            )
        if after.current and (after.last_key, after.current) > (before.last_key, before.current):
            facts.append(
                StreakExtended(
                    occasion=after.last_key,
                    length=after.current,
                    is_silent=is_silent,
                    **self._of(),
                )
            )
        return facts  # fmt: skip

    def frozen(self, item: FreezeItem) -> Fact:
        return StreakFrozen(
            occasion=item.occasion.partition("#")[0], freezes=self.walked.freezes, **self._of()
        )

    def _of(self) -> dict[str, Any]:
        return {
            "program_id": self.streak.program_id,
            "member_id": self.member_id,
            "at": self.at,
            "streak_id": self.streak.id,
            "version_id": self.streak.wordings[-1].version_id,
        }
