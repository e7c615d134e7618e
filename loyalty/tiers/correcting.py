"""Correcting: tier days held against what they are made of, and made right where they differ (T-7, V-36)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.proofs.rebuilding import Difference
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.reports.counting import points_that_count
from loyalty.programs.models import Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.counting import counting_currency
from loyalty.tiers.maths.values import Tally
from loyalty.tiers.states.reading import NOTHING, Figures, MemberState
from loyalty.tiers.writing import write

Bought = Mapping[date, tuple[int, int]]  # spend and orders by day
Days = dict[date, Figures]


@inside_unit_of_work
def correct_days(
    *,
    program: Program,
    member_ids: Sequence[Id],
    bought: Mapping[Id, Bought],
    at: datetime,
    dry_run: bool,
) -> list[Difference]:
    """Hold the days of these members against the ledger's points and what they `bought`; answer what differs.

    Unless `dry_run`, they are right afterwards. The caller holds the members' locks.
    """
    book = open_book(program=program, member_ids=member_ids, at=at)
    points = _points(book, member_ids)
    differences = []
    for state in book.states.values():
        kept = _kept(book, state)
        should = _should(points[state.member_id], bought[state.member_id], state, kept)
        for day, found, right in _differing(kept, should):
            row = f"{shown('mem', state.member_id)} {day.isoformat()}"
            differences.append(Difference(row=row, found=_said(found), rebuilt=_said(right)))
            change = state.changes.setdefault(day, [0, 0, 0])
            for column, pair in enumerate(zip(right, found, strict=True)):
                change[column] += pair[0] - pair[1]
    if differences and not dry_run:
        write(book)
    return differences


def _points(book: TierBook, member_ids: Sequence[Id]) -> Mapping[Id, Mapping[date, int]]:
    currency_id = counting_currency(book.program, ladder=book.ladder)
    if currency_id is None:
        return {member_id: {} for member_id in member_ids}
    return points_that_count(member_ids=member_ids, currency_id=currency_id, zone=book.program.zone)


def _kept(book: TierBook, state: MemberState) -> Days:
    """What is there, with what a ladder that had not reached the member has just counted anew."""
    kept = dict(book.figures(state.member_id))
    for day, change in state.changes.items():
        kept[day] = _sum(kept.get(day, NOTHING), (change[0], change[1], change[2]))
    return kept


def _should(points: Mapping[date, int], bought: Bought, state: MemberState, kept: Days) -> Days:
    """What there should be, with folded years as one row."""
    places = Tally(((day, 0) for day in kept), years=state.years)
    days: Days = {}
    for day in {*points, *bought}:
        figures = (points.get(day, 0), *bought.get(day, (0, 0)))
        place = places.place_of(day)
        days[place] = _sum(days.get(place, NOTHING), figures)
    return days


def _differing(kept: Days, should: Days) -> Iterator[tuple[date, Figures, Figures]]:
    for day in sorted({*kept, *should}):
        found, right = kept.get(day, NOTHING), should.get(day, NOTHING)
        if found != right:
            yield day, found, right


def _sum(one: Figures, other: Figures) -> Figures:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _said(figures: Figures) -> str:
    return " ".join(str(each) for each in figures)
