"""The book: members' tiers as read at one instant, moved in memory in the order in which events are told.
Earning projects with it, counting writes from it: so what a batch is rewarded by, and what history keeps, agree (E-2).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from loyalty.foundation.database.statements import Values
from loyalty.foundation.ids import Id
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program
from loyalty.tiers.kinds import Cause, Metric
from loyalty.tiers.ladders.reading import LadderHistory, ladder_of
from loyalty.tiers.maths.climbing import climb, fall
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.reviewing import renew_in_grace
from loyalty.tiers.maths.values import Climber, Tally, Terms, TierInForce
from loyalty.tiers.maths.windows import known_from
from loyalty.tiers.states.moving import Move, Why, comes_into_force, move
from loyalty.tiers.states.reading import (
    Figures,
    MemberState,
    read_days,
    read_members,
    read_moves,
    state_of,
)
from loyalty.tiers.states.recounting import counts_anew, recount
from loyalty.tiers.states.taking_over import taken_over, waiting_for

__all__ = ["TierBook", "TierInForce", "open_again", "open_book"]

COLUMN = {Metric.POINTS: 0, Metric.SPEND: 1, Metric.ORDERS: 2}


class TierBook:
    """Tiers of some members of one programme. Nothing is written; statements do not grow with the members."""

    def __init__(
        self,
        *,
        program: Program,
        ladder: LadderHistory,
        rows: Mapping[Id, Values],
        at: datetime,
    ) -> None:
        self.program, self.ladder, self.rows, self.at = program, ladder, rows, at
        self.terms: Terms | None = ladder.live.terms if ladder.live else None
        self.column = COLUMN[self.terms.metric] if self.terms else 0
        self.states: dict[Id, MemberState] = {
            member_id: state_of(row, zone=program.zone, lowest=ladder.lowest_since(row[1]))
            for member_id, row in rows.items()
        }
        self.moves: list[Move] = []
        self.recounted: set[Id] = set()  # whose points were read from the ledger's rows just now
        self._days_from: date | None = None
        self._read: Mapping[Id, list[tuple[date, Figures]]] = {}
        self._history: Mapping[Id, list[tuple[datetime, str, str]]] | None = None

    def tier_at(self, member_id: Id, instant: datetime) -> TierInForce | None:
        """The tier in force at this instant, moves of this book included; None while there is no ladder.

        An event sees the moves in force before it, and those at its own instant that were told before it (E-26).
        """
        if self.terms is None:
            return None
        slug = self._slug_at(self.states[member_id], instant)
        terms = self.ladder.terms_at(instant, slug=slug)
        return TierInForce.of(terms.at(slug))

    def count(
        self,
        member_id: Id,
        day: date,
        occurred_at: datetime,
        at: datetime,
        points: int = 0,
        spend: int = 0,
        orders: int = 0,
        imported: bool = False,
        source_id: Id | None = None,
    ) -> list[Move]:
        """Count this on a local day, negative for a return, and follow with the tier; the moves it made.

        `points` are points of the ladder's currency that count for tiers, `spend` minor units of the programme's
        currency. Call it in the order in which the events are judged.
        """
        state = self.states[member_id]
        change = (points, spend, orders)
        if not any(change):
            return []
        kept = state.changes.setdefault(day, [0, 0, 0])
        for column, amount in enumerate(change):
            kept[column] += amount
        if self.terms is None or self._changes_nothing(state, change[self.column]):
            if state.tally is not None:
                state.tally.add(day, change[self.column])
            return []
        climber = self.climber(member_id, first=day)
        climber.tally.add(day, change[self.column])
        why = Why(
            cause=Cause.IMPORT if imported else Cause.REACHED,
            day=day,
            effective_from=comes_into_force(occurred_at=occurred_at, at=at, imported=imported),
            at=at,
            source_id=source_id,
        )
        rises = change[self.column] > 0
        self.moves += (told := (self._rise if rises else self._sink)(state, climber, why))
        return told

    def climber(self, member_id: Id, *, first: date) -> Climber:
        """What decides about this member, with the days that a count on day `first` may need."""
        assert self.terms is not None
        state, today = self.states[member_id], local_day(self.at, self.program.zone)
        self.need_days(known_from(self.terms.cycle, first, today=today))
        if state.tally is None:
            state.tally = self._tally_of(state)
        return Climber(terms=self.terms, tally=state.tally, joined_on=state.joined_on)

    def climber_today(self, member_id: Id) -> Climber:
        """What decides about this member today."""
        return self.climber(member_id, first=local_day(self.at, self.program.zone))

    def climber_for_review(self, member_id: Id) -> Climber:
        """What decides about this member's reviews: all days since the last count of anybody in the book."""
        counted = [state.standing.counted_through for state in self.states.values()]
        today = local_day(self.at, self.program.zone)
        return self.climber(member_id, first=min([day for day in counted if day], default=today))

    def figures(self, member_id: Id) -> list[tuple[date, Figures]]:
        """All that was counted of this member, by day, without the changes of this book."""
        self.need_days(date.min)
        return sorted(self._read[member_id])

    def need_days(self, first: date) -> None:
        """Make sure that all days from `first` on were read: one statement, or a second one for older days."""
        if self._days_from is not None and self._days_from <= first:
            return
        first = first if self._days_from is None else date.min
        self._read = read_days(states=self.states, first=first)
        self._days_from = first
        for state in self.states.values():
            if state.tally is not None:
                state.tally = self._tally_of(state)
                for day, change in state.changes.items():
                    state.tally.add(day, change[self.column])

    def know_days_of(self, other: "TierBook") -> None:
        """Take over which days another book has read."""
        self._days_from, self._read = other._days_from, other._read
        for state in self.states.values():
            state.years = other.states[state.member_id].years

    def _tally_of(self, state: MemberState) -> Tally:
        counted = ((day, figures[self.column]) for day, figures in self._read[state.member_id])
        return Tally(counted, years=state.years)

    def _changes_nothing(self, state: MemberState, amount: int) -> bool:
        """Whether this cannot move the member, whatever was counted before: so no day has to be read for it."""
        assert self.terms is not None
        standing = state.standing
        is_at_top = self.terms.at(standing.slug).rank >= self.terms.climbed[-1].rank
        return not amount or (amount > 0 and is_at_top and standing.grace_through is None)

    def _rise(self, state: MemberState, climber: Climber, why: Why) -> list[Move]:
        today = max(local_day(why.at, self.program.zone), why.day)
        climbed = climb(state.standing, climber, changed_on=why.day, today=today)
        if climbed is not state.standing:
            tier = climber.terms.at(climbed.slug)
            counted = measured(climber, climbed.qualified_on or today)
            why = replace(why, counted=counted, threshold=tier.reach)
            return move(state, climber.terms, climbed, why)
        step = renew_in_grace(state.standing, climber, today=today)
        if step is None:
            return []
        why = replace(
            why, cause=Cause.REVIEW, day=step.day, counted=step.counted, threshold=step.threshold
        )
        return move(state, climber.terms, step.standing, why)

    def _sink(self, state: MemberState, climber: Climber, why: Why) -> list[Move]:
        standing = state.standing
        if standing.qualified_on is not None or standing.next_slug:
            self.need_days(date.min)
            climber = self.climber(state.member_id, first=why.day)
        today = max(local_day(why.at, self.program.zone), why.day)
        fallen = fall(standing, climber, today=today)
        # What is missing for the coming review has changed: the notice has to be looked at again.
        state.is_changed = state.is_changed or standing.through is not None
        if fallen == standing:
            return []
        reach, counted = climber.terms.at(standing.slug).reach, measured(climber, today)
        why = replace(why, cause=Cause.RETURN, counted=counted, threshold=reach)
        return move(state, climber.terms, fallen, why)

    def _slug_at(self, state: MemberState, instant: datetime) -> str:
        if instant >= state.since:
            return state.in_force
        if self._history is None:
            self._history = read_moves(member_ids=self.states)
        history = [*self._history[state.member_id], *state.told]
        past = [to_slug for effective_from, _, to_slug in history if effective_from <= instant]
        before = history[0][1] if history else state.in_force
        return past[-1] if past else before


def open_book(
    *,
    program: Program,
    member_ids: Collection[Id],
    at: datetime,
    ladder: LadderHistory | None = None,
) -> TierBook:
    """Read the tiers of these members of the programme; two statements, days and history when they are asked for.

    Members whom the live revision has not reached yet are taken over to it first (T-42). `ladder` is another ladder
    than the programme's, to try one out.
    """
    ladder = ladder or ladder_of(program.pk)
    rows = read_members(program_id=program.pk, member_ids=member_ids)
    return _taken_over(TierBook(program=program, ladder=ladder, rows=rows, at=at))


def open_again(
    book: TierBook, *, member_ids: Collection[Id], ladder: LadderHistory | None = None
) -> TierBook:
    """These members as `book` read them, before it moved them; what it knows is not read again."""
    rows = {member_id: book.rows[member_id] for member_id in member_ids}
    again = TierBook(program=book.program, ladder=ladder or book.ladder, rows=rows, at=book.at)
    again.know_days_of(book)
    return _taken_over(again)


def _taken_over(book: TierBook) -> TierBook:
    waiting = waiting_for(book.states.values(), live=book.ladder.live)
    if waiting and counts_anew(book.ladder, program=book.program):
        days = {each.member_id: book.figures(each.member_id) for each in waiting}
        recount(waiting, ladder=book.ladder, program=book.program, days=days)
        book.recounted = set(days)
    book.moves += taken_over(
        book.states.values(),
        live=book.ladder.live,
        climber_of=book.climber_for_review,
        today=local_day(book.at, book.program.zone),
        at=book.at,
    )
    return book
