"""Measuring: how often a challenge was done, for the conditions of other games (`challenge.completed`)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from gamification.challenges.facts import (
    ChallengeBackfilled,
    ChallengeCompleted,
    ChallengeReopened,
)
from gamification.challenges.kinds import GAME, AttemptState
from gamification.challenges.models import Attempt
from gamification.criteria.measures.counting import Crossing
from gamification.criteria.measures.shapes import CHALLENGE
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import StateMeasure, register_measure
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

_FACTS: Final = frozenset(
    {ChallengeCompleted.name, ChallengeBackfilled.name, ChallengeReopened.name}
)


def times_completed(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    """When each member's n-th go was done, for each target that was reached; one query."""
    assert zone, "instants need none, other measures do"
    done: defaultdict[Id, list[datetime]] = defaultdict(list)
    rows = Attempt.objects.filter(
        challenge__program=program,
        challenge__game=GAME,
        challenge__slug=spec.told["challenge"],
        member_id__in=member_ids,
        state=AttemptState.COMPLETED,
        completed_at__lte=at,
    )
    for member_id, when in rows.values_list("member_id", "completed_at").order_by("completed_at"):
        if when:
            done[member_id].append(when)
    return [
        Crossing(
            member_id=member_id,
            key="",
            target=target,
            at=instants[target - 1],
            value=len(instants),
        )
        for member_id, instants in done.items()
        for target in targets
        if len(instants) >= target
    ]


register_measure(StateMeasure(kind=CHALLENGE, read=times_completed, facts=_FACTS))
