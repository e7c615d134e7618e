"""Admitting: for whom a challenge is: a condition, and another challenge before it (G-48)."""

from collections.abc import Collection
from datetime import datetime

from gamification.challenges.kinds import GAME, AttemptState
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Terms
from gamification.criteria.deciding import holding
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program


def admitted(
    *, program: Program, terms: Terms, member_ids: Collection[Id], at: datetime
) -> set[Id]:
    """Which of these members it is for at this instant; one statement for each measure of its condition."""
    left = set(member_ids)
    if terms.after and left:
        left &= have_completed(program=program, slug=terms.after, member_ids=left)
    if terms.who and left:
        left = holding(
            program=program, condition=terms.who, zone=terms.zone, member_ids=left, at=at
        )
    return left


def have_completed(*, program: Program, slug: str, member_ids: Collection[Id]) -> set[Id]:
    """Which of these members have done the challenge of this name at least once."""
    done = Attempt.objects.filter(
        challenge__program=program,
        challenge__game=GAME,
        challenge__slug=slug,
        member_id__in=member_ids,
        state=AttemptState.COMPLETED,
    )
    return set(done.values_list("member_id", flat=True))
