"""States: the kept end of each walk, and the row that its writers hold."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from gamification.streaks.keeping.counting import Ranges
from gamification.streaks.keeping.courses import Pair
from gamification.streaks.walks.walking import Standing, Walk
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

_HOLD: Final = """
    INSERT INTO gamification_streakstate AS s
           (streak_id, member_id, program_id, current, longest, last_key, lost_key, freezes)
    SELECT streak_id, member_id, %s, 0, 0, '', '', 0
    FROM unnest(%s::uuid[], %s::uuid[]) AS pair (streak_id, member_id) ORDER BY 1, 2
    ON CONFLICT (streak_id, member_id) DO UPDATE SET program_id = EXCLUDED.program_id
    RETURNING streak_id, member_id, current, longest, last_key, lost_key, checkpoint
"""
_KEEP: Final = """
    UPDATE gamification_streakstate s
    SET current = told.current, longest = told.longest, last_key = told.last_key, lost_key = told.lost_key,
        deadline = told.deadline, freezes = told.freezes, checkpoint = told.checkpoint::jsonb
    FROM unnest(%s::uuid[], %s::uuid[], %s::integer[], %s::integer[], %s::text[], %s::text[], %s::timestamptz[],
                %s::integer[], %s::text[])
         AS told (streak_id, member_id, current, longest, last_key, lost_key, deadline, freezes, checkpoint)
    WHERE s.streak_id = told.streak_id AND s.member_id = told.member_id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A kept end, as it stood before."""

    current: int = 0
    longest: int = 0
    last_key: str = ""
    lost_key: str = ""
    checkpoint: Standing | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wake:
    """Why to look: what was touched, from when on the past may differ, and of whom little or nothing is told."""

    ranges: Ranges = field(default_factory=dict)
    changed_from: Mapping[Pair, datetime | None] = field(default_factory=dict)
    # Of whom only history was caught up: nobody is bothered with their losses (G-8, G-25).
    silent: frozenset[Id] = frozenset()
    quiet: frozenset[Id] = frozenset()


@inside_unit_of_work
def hold_states(*, program: Program, pairs: Collection[Pair]) -> dict[Pair, State]:
    """The state rows of these pairs, held until the transaction ends; missing ones begin empty."""
    streak_ids, member_ids = [list(each) for each in zip(*sorted(pairs), strict=True)]
    return {
        (streak_id, member_id): State(
            current=current,
            longest=longest,
            last_key=last_key,
            lost_key=lost_key,
            checkpoint=standing_of(checkpoint),
        )
        for streak_id, member_id, current, longest, last_key, lost_key, checkpoint in run(
            _HOLD, [program.pk, streak_ids, member_ids]
        )
    }


def standing_of(kept: str | Mapping[str, Any] | None) -> Standing | None:
    """A standing from its JSON."""
    if kept is None:
        return None
    told = json.loads(kept) if isinstance(kept, str) else kept
    return Standing(**{**told, "ends_at": datetime.fromisoformat(told["ends_at"])})


@inside_unit_of_work
def keep_states(ends: Mapping[Pair, State], walks: Mapping[Pair, Walk]) -> None:
    """Write where these walks ended; one statement."""
    rows = [
        (
            *pair,
            end.current,
            end.longest,
            end.last_key,
            end.lost_key,
            walks[pair].deadline,
            walks[pair].freezes,
            _told(end.checkpoint),
        )
        for pair, end in sorted(ends.items(), key=lambda each: each[0])
    ]
    run(_KEEP, [list(column) for column in zip(*rows, strict=True)])


def _told(standing: Standing | None) -> str | None:
    if standing is None:
        return None
    return json.dumps({**asdict(standing), "ends_at": standing.ends_at.isoformat()})
