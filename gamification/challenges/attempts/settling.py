"""Settling: what net deeds make of attempts is written down: begun, further, done, undone (G-50, G-53).

A pure function of deeds, joinings and wordings, compared with what is kept. Told again it changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from django.db.models import Q

from gamification.challenges.admitting import admitted
from gamification.challenges.attempts.pooling import add
from gamification.challenges.attempts.progressing import standings_in
from gamification.challenges.attempts.rewarding import Turn, reward
from gamification.challenges.attempts.turning import Go, turns_of
from gamification.challenges.kinds import GAME, AttemptState
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Run, Terms, read_terms, runs_open
from gamification.criteria.kinds import GrantExisting
from gamification.criteria.life.catalogue import Live, versions_called
from gamification.criteria.measures.counting import Who
from gamification.criteria.switches import playing
from gamification.prizes.giving import hold_members
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.tenants import Program

Touched: TypeAlias = tuple[datetime, datetime]
_CHANGING: Final = ("state", "progress", "completed_at")
_INSTANT: Final = timedelta(microseconds=1)


@inside_unit_of_work
def settle(
    *,
    program: Program,
    challenge: Live,
    member_ids: Collection[Id],
    touched: Touched,
    at: datetime,
    open_at: datetime | None = None,
    is_silent: bool = False,
) -> None:
    """Look at these members anew: the runs that are open and touched, and what is running or was done in them.

    `open_at`: the runs that were open then, though they are over now.

    A constant number of statements, and at most two for each step of each wording.
    """
    members = playing(GAME, member_ids)
    if not members:
        return
    book = hold_members(program=program, member_ids=members, at=at)
    wordings = {challenge.version_id: challenge}
    kept = _kept(challenge, members, touched=touched)
    older = {row.version_id for row in kept} - set(wordings)
    if older:
        wordings |= versions_called(program, older)
    turns: list[Turn] = []
    for version_id, wording in wordings.items():
        terms = read_terms(program, wording.settings, zone=wording.zone)
        rows = [row for row in kept if row.version_id == version_id]
        goes = _goes(rows)
        if version_id == challenge.version_id and not terms.is_joined:
            goes += _beginning(
                program, challenge, terms, members, touched=touched, open_at=open_at or at, at=at
            )
        turns += _settled(program, wording, terms, goes, at=at)
    _write(turns)
    reward(program=program, turns=turns, book=book, at=at, is_silent=is_silent)


def _kept(challenge: Live, member_ids: Collection[Id], *, touched: Touched) -> list[Attempt]:
    """What is running, and what was done in a run that is touched."""
    first, last = touched
    mine = Attempt.objects.filter(challenge_id=challenge.definition_id, member_id__in=member_ids)
    open_or_touched = Q(state=AttemptState.ACTIVE) | Q(
        state=AttemptState.COMPLETED, ends_at__gt=first, starts_at__lte=last
    )
    found = list(mine.filter(open_or_touched).select_related("team"))
    repeats = {(row.member_id, row.run) for row in found if row.occasion != row.run}
    if not repeats:
        return found
    # Repeats of one run are judged together.
    whole = mine.filter(run__in={run for _member, run in repeats}).select_related("team")
    return [row for row in whole if row.state != AttemptState.ABANDONED]


def _goes(rows: Sequence[Attempt]) -> list[Go]:
    runs: defaultdict[tuple[Id, str], dict[str, Attempt]] = defaultdict(dict)
    for row in rows:
        runs[row.member_id, row.run][row.occasion] = row
    return [
        Go(member_id=member_id, run=_run_of(mine), rows=mine, joined_at=_first(mine).joined_at)
        for (member_id, _key), mine in runs.items()
    ]


def _first(rows: Mapping[str, Attempt]) -> Attempt:
    return min(rows.values(), key=lambda row: (row.starts_at, row.occasion))


def _run_of(rows: Mapping[str, Attempt]) -> Run:
    first = _first(rows)
    return Run(key=first.run, starts_at=first.starts_at, ends_at=first.ends_at)


def _beginning(
    program: Program,
    challenge: Live,
    terms: Terms,
    member_ids: Collection[Id],
    *,
    touched: Touched,
    open_at: datetime,
    at: datetime,
) -> list[Go]:
    """Runs of everybody in which these members have nothing yet; whom the challenge is not for is left out."""
    first, last = touched
    runs = runs_open(terms, first=first, last=last, opened_at=challenge.opened_at, at=open_at)
    if not runs:
        return []
    there = set(
        Attempt.objects.filter(
            challenge_id=challenge.definition_id,
            member_id__in=member_ids,
            run__in=[run.key for run in runs],
        ).values_list("member_id", "run")
    )
    fresh = {each for each in member_ids if any((each, run.key) not in there for run in runs)}
    allowed = admitted(program=program, terms=terms, member_ids=fresh, at=at)
    return [
        Go(member_id=member_id, run=run, rows={})
        for member_id in sorted(allowed)
        for run in runs
        if (member_id, run.key) not in there
    ]


def _settled(
    program: Program, wording: Live, terms: Terms, goes: Sequence[Go], *, at: datetime
) -> list[Turn]:
    """What changes, of all these goes together."""
    found = standings_in(
        program=program,
        terms=terms,
        who=[_asked(wording, terms, go) for go in goes],
        at=at,
    )
    turns: list[Turn] = []
    added: defaultdict[tuple[str, str], int] = defaultdict(int)
    for go in goes:
        for turn in turns_of(wording, terms, go, found[go.member_id, go.run.key]):
            turns.append(turn)
            added[go.run.key, go.team_code] += turn.row.progress[0] - turn.before
    if terms.goal:
        add(challenge_id=wording.definition_id, added=added)
    return turns


def _asked(wording: Live, terms: Terms, go: Go) -> Who:
    since = go.run.starts_at
    if terms.counts_from_joining and go.joined_at:
        since = max(since, go.joined_at)
    if wording.grant_existing == GrantExisting.NONE:
        since = max(since, wording.opened_at)
    return Who(
        member_id=go.member_id,
        key=go.run.key,
        since=min(since, go.run.ends_at),
        until=go.run.ends_at,
    )


def _write(turns: Sequence[Turn]) -> None:
    Attempt.objects.bulk_create([turn.row for turn in turns if turn.is_new])
    Attempt.objects.bulk_update([turn.row for turn in turns if not turn.is_new], _CHANGING)
