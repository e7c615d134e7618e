"""Showing: the challenges of a programme as they are to one member."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from gamification.challenges.admitting import admitted
from gamification.challenges.attempts.pooling import totals_of
from gamification.challenges.kinds import GAME, AttemptState
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Run, Terms, read_terms, run_at
from gamification.criteria.life.catalogue import Live, book_of, versions_called
from gamification.criteria.switches import has_switched_off
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program
from loyalty.programs.texts import in_words

Json: TypeAlias = dict[str, Any]


def show_challenges(*, program: Program, member_id: Id, at: datetime) -> list[Json]:
    """Every challenge that is live or paused, with the member's latest go; whom it is not for sees that."""
    live = [each for each in book_of(program).definitions if each.game == GAME]
    rows = _rows(live, member_id)
    is_off = has_switched_off(program=program, game=GAME, member_id=member_id)
    return [
        _shown(program, each, rows[each.definition_id], member_id=member_id, is_off=is_off, at=at)
        for each in live
    ]


def show_challenge(*, program: Program, challenge: Live, member_id: Id, at: datetime) -> Json:
    """One of them."""
    rows = _rows([challenge], member_id)[challenge.definition_id]
    is_off = has_switched_off(program=program, game=GAME, member_id=member_id)
    return _shown(program, challenge, rows, member_id=member_id, is_off=is_off, at=at)


def latest_of(challenge: Live, member_id: Id) -> Attempt | None:
    """The go that counts for a member now: the running one, else the last."""
    return _latest(_rows([challenge], member_id)[challenge.definition_id])


def _rows(challenges: Sequence[Live], member_id: Id) -> Mapping[Id, list[Attempt]]:
    """All goes of a member by challenge, the earliest first; one query."""
    found: defaultdict[Id, list[Attempt]] = defaultdict(list)
    rows = Attempt.objects.filter(
        challenge_id__in=[each.definition_id for each in challenges], member_id=member_id
    )
    for row in rows.select_related("team").order_by("starts_at", "occasion"):
        found[row.challenge_id].append(row)
    return found


def _latest(rows: Sequence[Attempt]) -> Attempt | None:
    running = [row for row in rows if row.state == AttemptState.ACTIVE]
    return running[0] if running else (rows[-1] if rows else None)


def _shown(
    program: Program,
    challenge: Live,
    rows: Sequence[Attempt],
    *,
    member_id: Id,
    is_off: bool,
    at: datetime,
) -> Json:
    terms = read_terms(program, challenge.settings, zone=challenge.zone)
    run = None if "from_joining" in terms.window else run_at(terms, at, opened_at=challenge.opened_at)  # fmt: skip
    row = _latest(rows)
    if row is not None and run is not None and row.run != run.key and row.state != AttemptState.ACTIVE:  # fmt: skip
        row = None  # a new period has begun
    wording = _wording(program, challenge, row)
    if wording is not challenge:
        terms = read_terms(program, wording.settings, zone=wording.zone)
    status = _status(program, challenge, terms, row, run, member_id=member_id, at=at)
    return {
        "id": challenge.shown_id,
        "slug": challenge.slug,
        "name": challenge.name,
        "state": challenge.state,
        "activation": terms.activation.value,
        "recurrence": terms.recurrence.value,
        "status": status,
        "occasion": row.occasion if row else "",
        "joined_at": row.joined_at if row else None,
        "starts_at": row.starts_at if row else (run.starts_at if run else None),
        "ends_at": row.ends_at if row else (run.ends_at if run else None),
        "completed_at": row.completed_at if row else None,
        "steps": _steps(wording, row),
        "order": "strict" if terms.is_strict else "free",
        "goal": _goal(challenge, terms, row, run),
        "prize": dict(terms.prize) if terms.prize else None,
        "times_completed": sum(each.state == AttemptState.COMPLETED for each in rows),
        "switched_off": is_off,
    }


def _wording(program: Program, challenge: Live, row: Attempt | None) -> Live:
    """A running go keeps the wording it began with (G-22)."""
    if row is None or row.version_id == challenge.version_id:
        return challenge
    return versions_called(program, [row.version_id])[row.version_id]


def _status(
    program: Program,
    challenge: Live,
    terms: Terms,
    row: Attempt | None,
    run: Run | None,
    *,
    member_id: Id,
    at: datetime,
) -> str:
    """`open` can be joined, `running` counts, `locked` is for others, `closed` is not open now; else how it ended."""
    if row is not None:
        return "running" if row.state == AttemptState.ACTIVE else str(row.state)
    is_open = "from_joining" in terms.window or (run is not None and run.starts_at <= at < run.ends_at)  # fmt: skip
    if not (challenge.is_live and is_open):
        return "closed"
    if not admitted(program=program, terms=terms, member_ids={member_id}, at=at):
        return "locked"
    return "open" if terms.is_joined else "running"


def _steps(challenge: Live, row: Attempt | None) -> list[Json]:
    values = row.progress if row else []
    return [
        {
            "name": in_words(step.get("name", {})) or "",
            "value": values[place] if place < len(values) else 0,
            "target": step["at_least"],
            "is_done": place < len(values) and values[place] >= step["at_least"],
        }
        for place, step in enumerate(challenge.settings["steps"])
    ]


def _goal(challenge: Live, terms: Terms, row: Attempt | None, run: Run | None) -> Json | None:
    """What all have come to: net, so that it may fall (G-54)."""
    if terms.goal is None:
        return None
    key = row.run if row else (run.key if run else "")
    code = row.team.code if row and row.team else ""
    totals = totals_of(challenge_id=challenge.definition_id, runs={key})
    return {
        "target": terms.goal.target,
        "total": totals.get((key, code), 0),
        "mine": row.progress[0] if row else 0,
        "min_contribution": terms.goal.min_contribution,
        "team": code,
        "is_by_team": terms.goal.is_by_team,
    }
