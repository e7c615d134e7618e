"""Pooling: what members add to a shared goal is kept in sixteen rows, one of which moves in a batch (G-54)."""

import secrets
from collections.abc import Collection, Mapping
from typing import Final, TypeAlias

from django.db.models import Sum

from gamification.challenges.kinds import SHARDS
from gamification.challenges.models import GoalShard
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

# A run of a goal, and the team in it.
Pool: TypeAlias = tuple[str, str]
_ADD: Final = """
    INSERT INTO gamification_goalshard AS shard (challenge_id, run, team_code, shard, total)
    SELECT %s, run, team_code, %s, added FROM unnest(%s::text[], %s::text[], %s::bigint[]) AS told (run, team_code, added)
    ORDER BY run, team_code
    ON CONFLICT (challenge_id, run, team_code, shard) DO UPDATE SET total = shard.total + EXCLUDED.total
"""


@inside_unit_of_work
def add(*, challenge_id: Id, added: Mapping[Pool, int]) -> None:
    """Move the totals of these pools by what members added or took back; one statement."""
    told = [(*pool, value) for pool, value in sorted(added.items()) if value]
    if told:
        # Whichever row: batches that run beside each other seldom take the same.
        runs, teams, values = (list(column) for column in zip(*told, strict=True))
        run(_ADD, [challenge_id, secrets.randbelow(SHARDS), runs, teams, values])


def totals_of(*, challenge_id: Id, runs: Collection[str]) -> dict[Pool, int]:
    """What each pool of these runs has come to; one query."""
    rows = GoalShard.objects.filter(challenge_id=challenge_id, run__in=runs)
    summed = rows.values_list("run", "team_code").annotate(total=Sum("total")).order_by()
    return {(key, team): total for key, team, total in summed}
