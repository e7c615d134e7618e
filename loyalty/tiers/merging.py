"""Merging: two members become one, and so do their days, standings and grants (T-46); and they part again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.climbing import climb, fall, fallback
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.values import Standing, Tally, Terms
from loyalty.tiers.models import TierGrant, TierMove
from loyalty.tiers.states.moving import Why, move
from loyalty.tiers.states.reading import NOTHING, Grant
from loyalty.tiers.writing import write

MERGED: Final = "merged"
PARTED: Final = "parted"


@inside_unit_of_work
def merge_tiers(*, program: Program, gone_id: Id, survivor_id: Id, at: datetime) -> None:
    """Give the survivor the days, the grants and, if higher, the standing of the member that is gone.

    The survivor then climbs if the days together say so. History stays with whom it happened to. The caller holds
    the locks of both.
    """
    book = open_book(program=program, member_ids=[gone_id, survivor_id], at=at)
    gone, stays = book.states[gone_id], book.states[survivor_id]
    figures = book.figures(gone_id)
    for day, amounts in figures:
        kept = stays.changes.setdefault(day, [0, 0, 0])
        for column, amount in enumerate(amounts):
            kept[column] += amount
    stays.years |= gone.years
    if book.terms is None:
        write(book)
        return
    stays.grants += _continued(program, gone.grants, survivor_id, because=MERGED, at=at)
    gone.grants, gone.is_changed = [], gone.revision_id is not None
    stays.tally = None
    _place(book, survivor_id, _higher(gone.standing, stays.standing, book.terms), at=at)
    today = local_day(at, program.zone)
    days = (day for day, _ in figures if day.year not in gone.years)
    _climb(book, survivor_id, first=min(days, default=None if not figures else today), at=at)
    write(book)


@inside_unit_of_work
def part_tiers(*, program: Program, parted_id: Id, survivor_id: Id, at: datetime) -> None:
    """Undo `merge_tiers`: the survivor's days lose what the other had brought, and grants go back where they came from.

    What the merge had lifted falls back to the standing before it; what was reached since is looked at as after a
    return. The other stands where it stood, with its days. The caller holds the locks of both.
    """
    book = open_book(program=program, member_ids=[parted_id, survivor_id], at=at)
    parted, stays = book.states[parted_id], book.states[survivor_id]
    counted = dict(book.figures(survivor_id))
    places = Tally(((day, 0) for day in counted), years=stays.years)
    for day, amounts in book.figures(parted_id):
        place = places.place_of(day)
        kept = [
            sum(pair)
            for pair in zip(
                counted.get(place, NOTHING), stays.changes.get(place, NOTHING), strict=True
            )
        ]
        change = stays.changes.setdefault(place, [0, 0, 0])
        for column, pair in enumerate(zip(amounts, kept, strict=True)):
            change[column] -= min(pair)
    if book.terms is None:
        write(book)
        return
    theirs = TierGrant.objects.filter(member=survivor_id, origin__member=parted_id, ended_at=None)
    ids = set(theirs.values_list("pk", flat=True))
    going = [grant for grant in stays.grants if grant.id in ids]
    stays.grants = [grant for grant in stays.grants if grant.id not in ids]
    parted.grants += _continued(program, going, parted_id, because=PARTED, at=at)
    _part(book, survivor_id, _without(book, survivor_id, at=at), at=at)
    _part(book, parted_id, parted.standing, at=at)
    write(book)


def _without(book: TierBook, member_id: Id, *, at: datetime) -> Standing:
    """Where the survivor stands by its own days."""
    state, today = book.states[member_id], local_day(at, book.program.zone)
    climber = book.climber(member_id, first=today)
    for day, change in state.changes.items():
        climber.tally.add(day, change[book.column])
    last = TierMove.objects.filter(member=member_id, effective_to__isnull=True)
    if last.filter(cause=Cause.MERGE).exists():
        held = fallback(state.standing, climber, today=today)
    else:
        held = fall(state.standing, climber, today=today)
    return climb(held, climber, changed_on=today, today=today)


def _part(book: TierBook, member_id: Id, standing: Standing, *, at: datetime) -> None:
    assert book.terms is not None
    why = Why(cause=Cause.MERGE, day=local_day(at, book.program.zone), effective_from=at, at=at)
    book.moves += move(book.states[member_id], book.terms, standing, why)


def _higher(gone: Standing, stays: Standing, terms: Terms) -> Standing:
    """The higher standing with its dates; of two alike the one that lasts longer."""

    def weight(standing: Standing) -> tuple[int, date]:
        return terms.at(standing.slug).rank, standing.through or date.max

    return gone if weight(gone) > weight(stays) else stays


def _place(book: TierBook, member_id: Id, standing: Standing, *, at: datetime) -> None:
    assert book.terms is not None
    state = book.states[member_id]
    # What a climb of the other member stood on is not the survivor's: a return falls back to what is counted.
    kept = standing if standing is state.standing else replace(standing, before=state.standing)
    why = Why(cause=Cause.MERGE, day=local_day(at, book.program.zone), effective_from=at, at=at)
    book.moves += move(state, book.terms, kept, why)


def _climb(book: TierBook, member_id: Id, *, first: date | None, at: datetime) -> None:
    if first is None:
        return
    state, today = book.states[member_id], local_day(at, book.program.zone)
    climber = book.climber(member_id, first=today)
    for day, change in state.changes.items():
        climber.tally.add(day, change[book.column])
    climbed = climb(state.standing, climber, changed_on=min(first, today), today=today)
    if climbed is state.standing:
        return
    day = climbed.qualified_on or today
    why = Why(
        cause=Cause.MERGE,
        day=day,
        effective_from=at,
        at=at,
        counted=measured(climber, day),
        threshold=climber.terms.at(climbed.slug).reach,
    )
    book.moves += move(state, climber.terms, climbed, why)


def _continued(
    program: Program, grants: Iterable[Grant], member_id: Id, *, because: str, at: datetime
) -> list[Grant]:
    """End these grants and let them go on as this member's, each marked with its origin."""
    given = list(TierGrant.objects.filter(pk__in=[grant.id for grant in grants]))
    going_on = [
        TierGrant(
            program=program,
            member_id=member_id,
            slug=each.slug,
            begins_at=each.begins_at,
            until=each.until,
            source=each.source,
            reason=each.reason,
            note=each.note,
            actor_kind=each.actor_kind,
            actor_id=each.actor_id,
            actor_name=each.actor_name,
            given_at=at,
            origin=each,
        )
        for each in given
    ]
    TierGrant.objects.filter(pk__in=[each.pk for each in given]).update(
        ended_at=at, ended_reason=because, ended_by="job:merge"
    )
    TierGrant.objects.bulk_create(going_on)
    return [
        Grant(
            id=each.pk,
            slug=each.slug,
            begins_at=each.begins_at,
            until=each.until,
            source=each.source,
        )
        for each in going_on
    ]
