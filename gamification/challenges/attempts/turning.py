"""Turning: what a member's standing makes of the goes that are kept: begun, further, done, undone (G-50, G-53)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gamification.challenges.attempts.progressing import Standing
from gamification.challenges.attempts.rewarding import Turn
from gamification.challenges.kinds import AttemptState
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Run, Terms
from gamification.criteria.life.catalogue import Live
from loyalty.foundation.ids import Id, new_id

_INSTANT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Go:
    """One member in one run, by one wording, with what is kept of it."""

    member_id: Id
    run: Run
    rows: Mapping[str, Attempt]
    joined_at: datetime | None = None

    @property
    def team_code(self) -> str:
        return next((row.team.code for row in self.rows.values() if row.team), "")


def turns_of(wording: Live, terms: Terms, go: Go, standings: Sequence[Standing]) -> Iterator[Turn]:
    """What changes in this run, repeat by repeat; nothing where all is as it was."""
    begins = go.run.starts_at
    named = {_occasion(terms, go.run, n): each for n, each in enumerate(standings, start=1)}
    for occasion, standing in named.items():
        row = go.rows.get(occasion)
        if row is None and (any(standing.values) or standing.completed_at):
            yield _begun(wording, terms, go, occasion, standing, begins)
        elif row is not None:
            yield from _moved(wording, terms, row, standing)
        begins = standing.completed_at or begins
    nothing = Standing(values=(0,) * len(terms.steps))
    for occasion, row in go.rows.items():
        if occasion not in named:
            yield from _moved(wording, terms, row, nothing)


def _occasion(terms: Terms, run: Run, number: int) -> str:
    return f"{run.key}#{number}" if terms.repeats else run.key


def _begun(
    wording: Live, terms: Terms, go: Go, occasion: str, standing: Standing, begins: datetime
) -> Turn:
    """The first time that something counts, or the next repeat."""
    row = Attempt(
        id=new_id(),
        challenge_id=wording.definition_id,
        version_id=wording.version_id,
        member_id=go.member_id,
        team=next((each.team for each in go.rows.values()), None),
        run=go.run.key,
        occasion=occasion,
        joined_at=go.joined_at,
        starts_at=min(begins, go.run.ends_at - _INSTANT),
        ends_at=go.run.ends_at,
        closes_at=go.run.closes_at,
        progress=list(standing.values),
    )
    is_done = _complete(terms, row, standing)
    return Turn(row=row, terms=terms, is_new=True, is_done=is_done)


def _moved(wording: Live, terms: Terms, row: Attempt, standing: Standing) -> Iterator[Turn]:
    """A kept attempt as it stands now, if that is any different."""
    before, was_done = row.progress[0], row.state == AttemptState.COMPLETED
    kept = (row.state, list(row.progress), row.completed_at)
    row.progress = list(standing.values)
    if not was_done:
        is_done = _complete(terms, row, standing)
        if (row.state, row.progress, row.completed_at) != kept:
            yield Turn(row=row, terms=terms, before=before, is_done=is_done)
        return
    if _still_done(terms, row, standing):
        row.completed_at = row.completed_at if terms.goal else standing.completed_at
        if (row.state, row.progress, row.completed_at) != kept:
            yield Turn(row=row, terms=terms, before=before)
        return
    if terms.reopens:
        row.state, row.completed_at = AttemptState.ACTIVE, None
    yield Turn(row=row, terms=terms, before=before, is_undone=terms.reopens)


def _complete(terms: Terms, row: Attempt, standing: Standing) -> bool:
    """A shared goal is decided at its close, for all at once."""
    if terms.goal or standing.completed_at is None:
        return False
    row.state, row.completed_at = AttemptState.COMPLETED, standing.completed_at
    return True


def _still_done(terms: Terms, row: Attempt, standing: Standing) -> bool:
    if terms.goal:
        return row.progress[0] >= terms.goal.min_contribution
    return standing.completed_at is not None
