"""Freezing: freezes as items; what a walk uses and earns is written by difference, what staff give is a row (G-60)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from gamification.streaks.keeping.courses import Kept
from gamification.streaks.kinds import FreezeKind, Verdict
from gamification.streaks.models import FreezeItem
from gamification.streaks.walks.boundaries import first_of
from gamification.streaks.walks.walking import Walk
from loyalty.foundation.actors import job
from loyalty.foundation.ids import Id

WALKING: Final = job("streaks")


def differences(
    *, streak_id: Id, member_id: Id, kept: Kept, walked: Walk, at: datetime
) -> list[FreezeItem]:
    """The items that bring what was written down to what the walk says; nothing before its first period is touched."""
    begins = walked.steps[0].span.first if walked.steps else None
    unit = kept.course.clock.unit

    def is_walked(key: str) -> bool:
        return begins is None or first_of(unit, key) >= begins

    wanted = [
        (kept.moves.used, walked.keys(Verdict.FROZEN), FreezeKind.USED, FreezeKind.RETURNED),
        (kept.moves.earned, walked.earned, FreezeKind.EARNED, FreezeKind.EXPIRED),
    ]
    return [
        FreezeItem(
            streak_id=streak_id,
            member_id=member_id,
            kind=kind,
            occasion=occasion,
            quantity=1,
            at=at,
            actor=WALKING.shown,
        )
        for written, keys, came, went in wanted
        for kind, occasion in _turns(
            {key: each for key, each in written.items() if is_walked(key)}, set(keys), came, went
        )
    ]


def _turns(
    written: Mapping[str, list[str]], keys: set[str], came: FreezeKind, went: FreezeKind
) -> Iterable[tuple[FreezeKind, str]]:
    """Rows come and go in turns: an odd number of them stands, an even number does not."""
    for key in sorted(keys | set(written)):
        turns = len(written.get(key, ()))
        stands = turns % 2 == 1
        if stands != (key in keys):
            number = turns // 2 + 1
            yield (went if stands else came), key if number == 1 else f"{key}#{number}"
