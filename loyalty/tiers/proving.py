"""Proving: standings follow from days, grants and history; and putting right what does not (V-35, V-36)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.proving import Found, Scope, invariant, within
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import unit_of_work
from loyalty.members.kinds import GONE
from loyalty.members.models import Member
from loyalty.programs.calendar import local_day
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.climbing import climb, fall
from loyalty.tiers.maths.values import Standing
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.states.moving import Why, move, tier_in_force
from loyalty.tiers.states.reading import MemberState
from loyalty.tiers.writing import write

MEMBERS_AT_ONCE: Final = 1000
# The open row of history, the standing and their numbers say the same.
_HISTORY: Final = """
    SELECT s.member_id, concat_ws(' ', s.in_force, s.slug, s.moves),
           concat_ws(' ', m.to_slug, m.standing_to, m.number)
    FROM loyalty_standing s JOIN loyalty_tiermove m ON m.member_id = s.member_id AND m.effective_to IS NULL
    WHERE s.member_id = ANY(%(ids)s::uuid[])
      AND (s.in_force, s.slug, s.moves) IS DISTINCT FROM (m.to_slug, m.standing_to, m.number)
    UNION ALL
    SELECT s.member_id, s.moves::text, '0' FROM loyalty_standing s
    WHERE s.member_id = ANY(%(ids)s::uuid[]) AND s.moves > 0
      AND NOT EXISTS (SELECT 1 FROM loyalty_tiermove m WHERE m.member_id = s.member_id AND m.effective_to IS NULL)
"""


def member_ranges(scope: Scope) -> Sequence[Scope]:
    """The members of the scope that are still there, a thousand a part."""
    if scope.ids is not None:
        return [scope]
    members = Member.objects.exclude(status__in=GONE).order_by("pk")
    if scope.program_id:
        members = members.filter(program_id=scope.program_id)
    if scope.member_id:
        members = members.filter(pk=scope.member_id)
    if scope.sample:
        members = members.order_by("?")[: scope.sample]
    ids = list(members.values_list("pk", flat=True))
    return [
        within(scope, ids[start : start + MEMBERS_AT_ONCE])
        for start in range(0, len(ids), MEMBERS_AT_ONCE)
    ]


@invariant("T-37", name="tiers and history", parts=member_ranges)
def history_tells_the_tier(scope: Scope) -> Iterable[Found]:
    """The open move of a member tells the tier in force, the standing, and how many moves there were."""
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, {"ids": list(scope.ids or ())})
        rows: list[tuple[Id, str, str]] = cursor.fetchall()
    for member_id, found, expected in rows:
        yield shown("mem", member_id), found, expected


@invariant("T-10", name="tiers and days", parts=member_ranges)
def days_carry_the_standing(scope: Scope) -> Iterable[Found]:
    """Nobody stands lower than the days reach, nobody reached what they do not carry, and grants lift."""
    for program, member_ids in by_program(scope):
        at = now_of(program)
        book = open_book(program=program, member_ids=member_ids, at=at)
        if book.terms is None or book.moves:
            continue  # no ladder, or one that has not reached these members yet
        for state in book.states.values():
            should = rebuilt(book, state, at=at)
            if should.slug != state.standing.slug:
                yield shown("mem", state.member_id), state.standing.slug, should.slug
            in_force = tier_in_force(state, book.terms, at=at).slug
            if in_force != state.in_force and not _changes_now(state, at=at):
                yield shown("mem", state.member_id), state.in_force, in_force


@rebuilds("tiers")
def rebuild_tiers(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Each member's standing and tier in force, from days, grants and what reviews have decided."""
    for part in member_ranges(scope):
        wrong = list(days_carry_the_standing(part))
        for row, found, should in wrong:
            yield Difference(row=row, found=found, rebuilt=should)
        if wrong and not dry_run:
            for program, member_ids in by_program(part):
                put_right(program=program, member_ids=member_ids, at=now_of(program))


@unit_of_work
def put_right(*, program: Program, member_ids: Sequence[Id], at: datetime) -> None:
    """Move these members to where their days and grants put them; told as any other move."""
    lock_members(program=program, member_ids=member_ids, at=at)
    book = open_book(program=program, member_ids=member_ids, at=at)
    if book.terms is None:
        return
    today = local_day(at, program.zone)
    why = Why(cause=Cause.REACHED, day=today, effective_from=at, at=at)
    for state in book.states.values():
        if state.revision_id is None and rebuilt(book, state, at=at) == state.standing:
            continue
        book.moves += move(state, book.terms, rebuilt(book, state, at=at), why)
    write(book)


def rebuilt(book: TierBook, state: MemberState, *, at: datetime) -> Standing:
    """The standing that the days carry: reviews and takeovers stay decided, what was reached is looked at again."""
    book.need_days(date.min)
    climber = book.climber_today(state.member_id)
    today = local_day(at, book.program.zone)
    held = fall(state.standing, climber, today=today)
    return climb(held, climber, changed_on=today, today=today)


def _changes_now(state: MemberState, *, at: datetime) -> bool:
    """Whether a grant has just begun or ended and its job is still to come."""
    return any(
        grant.begins_at > state.since or (grant.until is not None and grant.until <= at)
        for grant in state.grants
        if grant.begins_at <= at
    )


def by_program(scope: Scope) -> Iterator[tuple[Program, list[Id]]]:
    """The members of this part, programme by programme."""
    rows: dict[Any, list[Id]] = {}
    members = Member.objects.filter(pk__in=scope.ids or ())
    for program_id, member_id in members.values_list("program_id", "pk"):
        rows.setdefault(program_id, []).append(member_id)
    for program in Program.objects.filter(pk__in=rows).order_by("pk"):
        yield program, rows[program.pk]
