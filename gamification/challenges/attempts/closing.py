"""Closing: windows end 48 hours after their last instant, once nothing told before is waiting any more (G-51, G-54)."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Min

from gamification.challenges.attempts.pooling import Pool, totals_of
from gamification.challenges.attempts.rewarding import Turn, reward
from gamification.challenges.kinds import PAGE, TEAM_MIN, AttemptState
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Terms, read_terms
from gamification.criteria.kinds import DefinitionState
from gamification.criteria.life.backfilling import catching_up
from gamification.criteria.life.catalogue import Live, versions_called
from gamification.prizes.giving import hold_members
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.keeping import is_through
from loyalty.programs.tenants import Program

HEARS: Final = ("criteria.intake", "challenges.follow")


def earliest_closing(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """The first instant at which something closes, by programme. What is paused waits."""
    due = Attempt.objects.filter(state=AttemptState.ACTIVE, closes_at__lte=until)
    due = due.exclude(challenge__state=DefinitionState.PAUSED)
    if program_id is not None:
        due = due.filter(challenge__program_id=program_id)
    found = due.values_list("challenge__program_id").annotate(first=Min("closes_at")).order_by()
    return dict(found)


@unit_of_work
def close_due(*, program: Program, at: datetime) -> bool:
    """Close a page of what is due: shared goals that were reached are done, everything else is over.

    True if there may be more. While something that was told before is still waiting, nothing closes, nor does a
    challenge whose pause is still being caught up.
    """
    due = list(
        Attempt.objects.filter(
            state=AttemptState.ACTIVE, closes_at__lte=at, challenge__program=program
        )
        .exclude(challenge__state=DefinitionState.PAUSED)
        .exclude(challenge_id__in=catching_up(program))
        .select_related("team")
        .order_by("closes_at", "pk")[:PAGE]
    )
    last = max((row.closes_at for row in due), default=at)
    if not due or not all(
        is_through(receiver=name, program_id=program.pk, up_to=last) for name in HEARS
    ):
        return False
    book = hold_members(program=program, member_ids={row.member_id for row in due}, at=at)
    # Under the lock: one may have been done meanwhile.
    fresh = set(
        Attempt.objects.filter(
            pk__in=[row.pk for row in due], state=AttemptState.ACTIVE
        ).values_list("pk", flat=True)
    )
    turns = _turns(program, [row for row in due if row.pk in fresh])
    Attempt.objects.bulk_update([turn.row for turn in turns], ["state", "completed_at"])
    reward(program=program, turns=turns, book=book, at=at)
    return len(due) == PAGE


def _turns(program: Program, rows: Sequence[Attempt]) -> list[Turn]:
    wordings = versions_called(program, {row.version_id for row in rows})
    turns = []
    for version_id, mine in _by_version(rows).items():
        wording = wordings[version_id]
        terms = read_terms(program, wording.settings, zone=wording.zone)
        reached = _reached(wording, terms, mine)
        turns += [_closed(terms, row, is_reached=_pool(row) in reached) for row in mine]
    return turns


def _by_version(rows: Sequence[Attempt]) -> Mapping[Id, list[Attempt]]:
    sorted_out: defaultdict[Id, list[Attempt]] = defaultdict(list)
    for row in rows:
        sorted_out[row.version_id].append(row)
    return sorted_out


def _pool(row: Attempt) -> Pool:
    return row.run, row.team.code if row.team else ""


def _reached(wording: Live, terms: Terms, rows: Sequence[Attempt]) -> set[Pool]:
    """The pools of these rows that came to their target; a team of one is none."""
    if terms.goal is None:
        return set()
    totals = totals_of(challenge_id=wording.definition_id, runs={row.run for row in rows})
    pools = {pool for pool, total in totals.items() if total >= terms.goal.target}
    if not terms.goal.is_by_team:
        return pools
    members = Counter(
        Attempt.objects.filter(
            challenge_id=wording.definition_id, run__in={run for run, _code in pools}
        )
        .exclude(state=AttemptState.ABANDONED)
        .values_list("run", "team__code")
    )
    return {pool for pool in pools if members[pool] >= TEAM_MIN}


def _closed(terms: Terms, row: Attempt, *, is_reached: bool) -> Turn:
    if terms.goal and is_reached and row.progress[0] >= terms.goal.min_contribution:
        row.state, row.completed_at = AttemptState.COMPLETED, row.ends_at
        return Turn(row=row, terms=terms, before=row.progress[0], is_done=True)
    row.state = AttemptState.EXPIRED
    return Turn(row=row, terms=terms, before=row.progress[0])
