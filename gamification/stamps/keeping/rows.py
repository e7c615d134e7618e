"""Rows: stamps are added one after the other, each with the running total, and positions give as totals pass them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from gamification.criteria.life.catalogue import Live
from gamification.prizes.giving import give
from gamification.prizes.kinds import GrantSlot, PrizeWish
from gamification.prizes.taking_back import give_again, take_back
from gamification.stamps.facts import CardPositionReached, StampGiven, StampUndone
from gamification.stamps.keeping.cards import Card, Reached
from gamification.stamps.kinds import GAME, StampKind, StampSource
from gamification.stamps.models import Stamp
from loyalty.foundation.actors import Actor, job
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.tenants import Program

# A member's way along one card.
Pair: TypeAlias = tuple[Id, Id]

CARD: Final = job("stamps")
ITEM: Final = "position"
_LAST: Final = """
    SELECT pair.card_id, pair.member_id, s.seq, s.total
    FROM unnest(%s::uuid[], %s::uuid[]) AS pair (card_id, member_id)
    CROSS JOIN LATERAL (
        SELECT seq, total FROM gamification_stamp s
        WHERE s.card_id = pair.card_id AND s.member_id = pair.member_id ORDER BY seq DESC LIMIT 1
    ) AS s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Stamps to be added to a member's card, or taken from a row of it."""

    card: Live
    member_id: Id
    quantity: int
    kind: StampKind
    source: StampSource
    source_id: str
    at: datetime
    actor: Actor = CARD
    refers_to: Id | None = None
    place: str = ""
    reason: str = ""

    @property
    def pair(self) -> Pair:
        return self.card.definition_id, self.member_id


def totals_of(pairs: Collection[Pair]) -> dict[Pair, tuple[int, int]]:
    """Number of the last row and running total, for those who have any; one query."""
    cards, members = [list(each) for each in zip(*sorted(pairs), strict=True)]
    return {(card, member): (seq, total) for card, member, seq, total in run(_LAST, [cards, members])}  # fmt: skip


@inside_unit_of_work
def add(
    *,
    program: Program,
    entries: Sequence[Entry],
    book: Book,
    at: datetime,
    is_silent: bool = False,
) -> list[Stamp]:
    """Write these stamps in their order, give what their totals pass and take back what they fall under.

    The members are held in `book`. A member's first stamps come with the gift of the card (G-74). A constant number of
    statements, and what giving costs.
    """
    if not entries:
        return []
    before = totals_of({entry.pair for entry in entries})
    rows = list(_rows(entries, before))
    Stamp.objects.bulk_create(rows)
    cards = {entry.card.definition_id: entry.card for entry in entries}
    passed = _passed(cards, before, rows)
    _pay(program, passed, book=book, at=at)
    announce(_facts(program, rows, passed, is_silent=is_silent, at=at))
    return rows


def _rows(entries: Sequence[Entry], before: Mapping[Pair, tuple[int, int]]) -> Iterable[Stamp]:
    ends = dict(before)
    for entry in entries:
        for each in _with_gift(entry, is_first=entry.pair not in ends):
            seq, total = ends.get(each.pair, (0, 0))
            seq, total = ends[each.pair] = seq + 1, total + each.quantity
            yield Stamp(
                id=new_id(),
                card_id=each.card.definition_id,
                version_id=each.card.version_id,
                member_id=each.member_id,
                seq=seq,
                quantity=each.quantity,
                total=total,
                kind=each.kind,
                source=each.source,
                source_id=each.source_id,
                refers_to_id=each.refers_to,
                actor=each.actor.shown,
                place=each.place,
                reason=each.reason,
                at=each.at,
            )


def _with_gift(entry: Entry, *, is_first: bool) -> list[Entry]:
    endowed = Card.read(entry.card.settings).endowed
    if not is_first or not endowed:
        return [entry]
    gift = Entry(
        card=entry.card,
        member_id=entry.member_id,
        quantity=endowed,
        kind=StampKind.GIFT,
        source=StampSource.CARD,
        source_id=str(entry.member_id),
        at=entry.at,
    )
    return [gift, entry]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Passed:
    """A position that a member's total passed, upwards or downwards, and the row that did it."""

    card: Live
    member_id: Id
    reached: Reached
    is_up: bool
    row: Stamp

    @property
    def slot(self) -> GrantSlot:
        return GrantSlot(
            definition_id=self.card.definition_id,
            occasion=self.reached.occasion,
            member_id=self.member_id,
            item=ITEM,
        )


def _passed(
    cards: Mapping[Id, Live], before: Mapping[Pair, tuple[int, int]], rows: Sequence[Stamp]
) -> list[_Passed]:
    """What each pair's total passed from where it stood to where it ends: ups and downs in between cancel out."""
    by_pair: dict[Pair, list[Stamp]] = defaultdict(list)
    for row in rows:
        by_pair[row.card_id, row.member_id].append(row)
    passed: list[_Passed] = []
    for pair, mine in sorted(by_pair.items(), key=lambda each: each[0]):
        card = Card.read(cards[pair[0]].settings)
        begin, end = before.get(pair, (0, 0))[1], mine[-1].total
        passed += [
            _Passed(
                card=cards[pair[0]],
                member_id=pair[1],
                reached=reached,
                is_up=end > begin,
                row=next(row for row in mine if (row.total >= reached.total) == (end > begin)),
            )
            for reached in card.between(min(begin, end), max(begin, end))
        ]
    return passed


def wish_of(card: Live, member_id: Id, reached: Reached, *, earned_at: datetime) -> PrizeWish:
    """The prize of a position, under its occasion."""
    return PrizeWish(
        game=GAME,
        definition_id=card.definition_id,
        version_id=card.version_id,
        occasion=reached.occasion,
        member_id=member_id,
        item=ITEM,
        prize=reached.position.prize,
        earned_at=earned_at,
    )


def _pay(program: Program, passed: Sequence[_Passed], *, book: Book, at: datetime) -> None:
    """What was given before and taken back is given again, what never was is given, what was fallen under is taken."""
    ups = [each for each in passed if each.is_up]
    slots = [each.slot for each in ups]
    wishes = [
        wish_of(each.card, each.member_id, each.reached, earned_at=each.row.at) for each in ups
    ]
    give_again(program=program, slots=slots, book=book, at=at)
    give(program=program, wishes=wishes, book=book, at=at)
    downs = [each.slot for each in passed if not each.is_up]
    take_back(program=program, slots=downs, book=book, at=at)


def _facts(
    program: Program,
    rows: Sequence[Stamp],
    passed: Sequence[_Passed],
    *,
    is_silent: bool,
    at: datetime,
) -> list[Fact]:
    """History that is caught up is told by the positions alone, and quietly."""
    facts: list[Fact] = []
    for row in () if is_silent else rows:
        told = StampGiven if row.quantity > 0 else StampUndone
        facts.append(
            told(
                program_id=program.pk,
                member_id=row.member_id,
                at=at,
                card_id=row.card_id,
                version_id=row.version_id,
                stamp_id=row.pk,
                kind=row.kind,
                quantity=row.quantity,
                total=row.total,
            )
        )
    facts += [
        CardPositionReached(
            program_id=program.pk,
            member_id=each.member_id,
            at=at,
            card_id=each.card.definition_id,
            version_id=each.card.version_id,
            occasion=each.reached.occasion,
            is_silent=is_silent,
        )
        for each in passed
        if each.is_up
    ]
    return facts
