"""Turning: what midnights do: grants that begin or end, reviews, grace, drops (T-15 to T-17, T-45)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from loyalty.foundation.actors import job
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.members.kinds import GONE
from loyalty.outbox.facts import Fact
from loyalty.programs.calendar import local_day, midnight
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.facts import TierGrantEnded
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.climbing import climb
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.reviewing import Happened, Step, renew_in_grace, turn
from loyalty.tiers.models import Standing, TierGrant
from loyalty.tiers.states.moving import Why, move
from loyalty.tiers.states.reading import Grant, MemberState
from loyalty.tiers.writing import write

MEMBERS_PER_UNIT: Final = 1000
_GRANTS_DUE: Final = """
    SELECT s.program_id, min(s.grant_at) FROM loyalty_standing s JOIN loyalty_program p ON p.id = s.program_id
    JOIN loyalty_member m ON m.id = s.member_id AND m.status NOT IN ('merged', 'erased')
    WHERE s.grant_at <= %(until)s AND (%(program)s::uuid IS NULL OR s.program_id = %(program)s)
      AND (s.grant_at AT TIME ZONE p.zone)::time <> '00:00'
    GROUP BY s.program_id
"""
REVIEWER: Final = job("tiers.review")


@inside_unit_of_work
def turn_members(
    *, program: Program, day: date, cursor: str | None, at: datetime, limit: int = MEMBERS_PER_UNIT
) -> str | None:
    """Bring a chunk of the members that something falls due for through the midnight that begins this day.

    Answers where the next chunk goes on, or None. A late run harms nobody: reviews look at days before theirs only,
    and a tier stays until its drop has run.
    """
    due = _due(program, cursor=cursor, until=midnight(day, program.zone), limit=limit)
    if due:
        turn_these(program=program, member_ids=due, day=day, at=at)
    return str(due[-1]) if len(due) == limit else None


@inside_unit_of_work
def turn_grants(*, program: Program, at: datetime, limit: int = MEMBERS_PER_UNIT) -> bool:
    """Let the grants of a chunk of members begin and end that do so by now; True if there may be more."""
    found = living_standings().filter(program=program, grant_at__lte=at).order_by("member_id")
    due = list(found.values_list("member_id", flat=True)[:limit])
    if due:
        turn_these(program=program, member_ids=due, day=local_day(at, program.zone), at=at)
    return len(due) == limit


def grants_falling_due(*, until: datetime, program_id: Id | None) -> dict[Id, datetime]:
    """For each programme the next instant inside a day at which a grant begins or ends; midnights have their job."""
    return dict(_run(_GRANTS_DUE, {"until": until, "program": program_id}))


@inside_unit_of_work
def turn_these(*, program: Program, member_ids: Sequence[Id], day: date, at: datetime) -> None:
    """Do for these members whatever is due; a fixed number of statements, however many they are."""
    lock_members(program=program, member_ids=member_ids, at=at)
    book = open_book(program=program, member_ids=member_ids, at=at)
    if book.terms is None:
        return
    facts = end_grants(book, at=at)
    for state in book.states.values():
        _turn(book, state, day=day, at=at)
        state.is_changed = True
    write(book, more=facts)


def lock_members(*, program: Program, member_ids: Sequence[Id], at: datetime) -> None:
    """Hold these members: one lock per member, their accounts."""
    currencies = PointCurrency.objects.filter(program=program).values_list("pk", flat=True)
    lock_accounts(program=program, member_ids=member_ids, currency_ids=list(currencies), at=at)


def living_standings() -> QuerySet[Standing]:
    """Standings of members who are still there; merged and erased ones are not reviewed any more."""
    return Standing.objects.exclude(member__status__in=GONE)


def end_grants(book: TierBook, *, at: datetime) -> list[Fact]:
    """End the grants of this book whose time is over, let begin those whose time has come; the facts of it."""
    assert book.terms is not None
    ended: list[tuple[MemberState, Grant]] = []
    for state in book.states.values():
        over = [grant for grant in state.grants if grant.until is not None and grant.until <= at]
        state.grants = [grant for grant in state.grants if grant not in over]
        ended += [(state, grant) for grant in over]
        cause = Cause.GRANT_ENDED if over else Cause.GRANT
        source = over[0] if over else max(state.grants, key=lambda g: g.begins_at, default=None)
        why = Why(
            cause=cause,
            day=local_day(at, book.program.zone),
            effective_from=at,
            at=at,
            source_id=source.id if source else None,
        )
        if source is not None:
            book.moves += move(state, book.terms, state.standing, why)
    if ended:
        over_ids = [grant.id for _, grant in ended]
        TierGrant.objects.filter(pk__in=over_ids).update(
            ended_at=at, ended_reason="time", ended_by=REVIEWER.shown
        )
    return [
        TierGrantEnded(
            program_id=book.program.pk,
            member_id=state.member_id,
            at=at,
            grant_id=grant.id,
            tier=grant.slug,
            source=grant.source,
            reason="time",
        )
        for state, grant in ended
    ]


def _turn(book: TierBook, state: MemberState, *, day: date, at: datetime) -> None:
    climber = book.climber_for_review(state.member_id)
    today = max(day, local_day(at, book.program.zone))
    steps = turn(state.standing, climber, today=day)
    for step in steps:
        _take(book, state, step, at=at)
    renewed = renew_in_grace(state.standing, climber, today=today)
    if renewed is not None:
        _take(book, state, renewed, at=at)
    if any(step.happened == Happened.DROPPED for step in steps):
        _climb_again(book, state, since=steps[-1].day, today=today, at=at)


def _take(book: TierBook, state: MemberState, step: Step, *, at: datetime) -> None:
    """Put the member on the standing of this step; beginning a grace is no move."""
    assert book.terms is not None
    if step.happened == Happened.GRACE:
        state.standing = step.standing
        return
    cause = Cause.REACHED if step.happened == Happened.STARTED else Cause.REVIEW
    why = Why(
        cause=cause,
        day=step.day,
        effective_from=at,
        at=at,
        counted=step.counted,
        threshold=step.threshold,
    )
    book.moves += move(state, book.terms, step.standing, why)


def _climb_again(
    book: TierBook, state: MemberState, *, since: date, today: date, at: datetime
) -> None:
    """What was earned since a drop that ran late lifts at once, as it would have in time."""
    climber = book.climber(state.member_id, first=since)
    climbed = climb(state.standing, climber, changed_on=since, today=today)
    if climbed is state.standing:
        return
    day = climbed.qualified_on or today
    why = Why(
        cause=Cause.REACHED,
        day=day,
        effective_from=at,
        at=at,
        counted=measured(climber, day),
        threshold=climber.terms.at(climbed.slug).reach,
    )
    book.moves += move(state, climber.terms, climbed, why)


def _run(sql: str, values: dict[str, Any]) -> list[tuple[Id, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Id, datetime]] = cursor.fetchall()
        return rows


def _due(program: Program, *, cursor: str | None, until: datetime, limit: int) -> list[Id]:
    due = (
        living_standings()
        .filter(Q(due_at__lte=until) | Q(grant_at__lte=until), program=program)
        .order_by("member_id")
    )
    if cursor is not None:
        due = due.filter(member_id__gt=cursor)
    return list(due.values_list("member_id", flat=True)[:limit])
