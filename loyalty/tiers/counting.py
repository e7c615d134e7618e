"""Counting: what members did, by local day, and the tiers that follow in the same transaction (T-5 to T-8)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date, datetime

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsFact, PointsReversed
from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.ladders.reading import LadderHistory, ladder_of
from loyalty.tiers.states.moving import Move
from loyalty.tiers.writing import write


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What one event adds to a member's day, or takes from it: minor units of programme currency, orders, points.

    The day is the local day of the purchase, also for a return (T-7); `occurred_at` is the event's own.
    """

    member_id: Id
    day: date
    occurred_at: datetime
    spend: int = 0
    orders: int = 0
    points: int = 0
    imported: bool = False
    source_id: Id | None = None


_gathering: ContextVar[TierBook | None] = ContextVar("wafa_tiers_gathering", default=None)


@contextmanager
def counted_together(book: TierBook) -> Iterator[None]:
    """Count on this book whatever is counted meanwhile, here or by the ledger's facts, and write it once at the end.

    The book is fresh, of its members' one lock, and has all of them whom this may concern. After a failure nothing is
    written: the unit goes back as a whole.
    """
    token = _gathering.set(book)
    try:
        yield
    finally:
        _gathering.reset(token)
    if any(state.changes for state in book.states.values()):
        write(book)


@inside_unit_of_work
def count_orders(*, program: Program, counted: Sequence[Counted], at: datetime) -> list[Move]:
    """Count these orders and returns, in the order in which their events are judged; the moves they made.

    The caller holds the members' locks. Reads and writes a constant number of times; nothing for nothing. Inside
    `counted_together`, its book is read and written instead.
    """
    told = [each for each in counted if each.spend or each.orders or each.points]
    if not told:
        return []
    gathering = _gathering.get()
    if gathering is not None:
        return _count(told, on=gathering, at=at)
    book = open_book(program=program, member_ids={each.member_id for each in told}, at=at)
    # The ledger's rows of these points are there by now: a recount has seen them.
    told = [replace(each, points=0) if each.member_id in book.recounted else each for each in told]
    moves = _count(told, on=book, at=at)
    write(book)
    return moves


def _count(told: Iterable[Counted], *, on: TierBook, at: datetime) -> list[Move]:
    moves = []
    for each in told:
        moves += on.count(
            each.member_id,
            each.day,
            each.occurred_at,
            at,
            points=each.points,
            spend=each.spend,
            orders=each.orders,
            imported=each.imported,
            source_id=each.source_id,
        )
    return moves


@inside_unit_of_work
def settle(*, program_id: Id, facts: Iterable[PointsFact], at: datetime) -> list[Move]:
    """Count the points that these facts of the ledger mark for tiers, in their order.

    Only the currency that the ladder counts; while there is no ladder, the programme's first (T-7). Claims count
    against the day of the purchase. What one event brought a member is one count, however many rules gave it (T-10).
    """
    book = _gathering.get()
    program = book.program if book else Program.objects.in_bulk([program_id])[program_id]
    currency_id = counting_currency(program, ladder=book.ladder if book else ladder_of(program_id))
    counted = [
        Counted(
            member_id=fact.member_id,
            day=fact.day,
            occurred_at=fact.occurred_at,
            points=_points_of(fact),
            imported=fact.imported,
            source_id=fact.event_id,
        )
        for fact in facts
        if fact.counts_for_tier and fact.currency_id == currency_id and fact.member_id is not None
    ]
    return count_orders(program=program, counted=_by_event(counted), at=at)


def counting_currency(program: Program, *, ladder: LadderHistory) -> Id | None:
    """The currency whose points are counted: the ladder's, or the programme's first while there is none."""
    if ladder.live is not None:
        return ladder.live.terms.currency_id
    return PointCurrency.objects.filter(program=program).values_list("pk", flat=True).first()


def _points_of(fact: PointsFact) -> int:
    """A claim counts with all that was asked, whatever covered it; points given back never count (T-5)."""
    return -fact.claimed if isinstance(fact, PointsReversed) else fact.points


def _by_event(counted: Iterable[Counted]) -> list[Counted]:
    """Neighbours of the same member, event and day as one; what has no event stands alone."""
    told: list[Counted] = []
    for each in counted:
        last = told[-1] if told else None
        if last is not None and each.source_id is not None and _is_same(last, each):
            told[-1] = replace(last, points=last.points + each.points)
        else:
            told.append(each)
    return told


def _is_same(one: Counted, other: Counted) -> bool:
    return (one.member_id, one.source_id, one.day) == (other.member_id, other.source_id, other.day)
