"""Expiring: the open card's newest stamps are wiped after a time of rest, or at a date; a row for each row wiped (G-73)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from gamification.criteria.life.catalogue import Live, book_of
from gamification.prizes.giving import hold_members
from gamification.stamps.keeping.cards import Card
from gamification.stamps.keeping.rows import CARD, Entry, add
from gamification.stamps.kinds import GAME, StampKind, StampSource
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import Period, local_day
from loyalty.programs.tenants import Program

CHUNK: Final = 1_000
# The last thing that was added says how long a card has rested; a return or an undoing does not wake it.
_RESTING: Final = """
    SELECT s.member_id, max(s.at) FILTER (WHERE s.quantity > 0), (array_agg(s.total ORDER BY s.seq DESC))[1]
    FROM gamification_stamp s
    WHERE s.card_id = %s AND (%s::uuid IS NULL OR s.member_id > %s::uuid)
    GROUP BY s.member_id ORDER BY s.member_id LIMIT %s
"""
_LEFT: Final = """
    SELECT s.member_id, s.id, s.quantity + COALESCE((SELECT sum(t.quantity) FROM gamification_stamp t
                                                     WHERE t.refers_to_id = s.id), 0)::int
    FROM gamification_stamp s
    WHERE s.card_id = %s AND s.member_id = ANY(%s::uuid[]) AND s.quantity > 0
    ORDER BY s.member_id, s.seq DESC
"""


@inside_unit_of_work
def wipe_due(*, program: Program, day: date, cursor: str | None, at: datetime) -> str | None:
    """Wipe what has expired by this local day, a card and a thousand members at a time; where to go on."""
    cards = [card for card in book_of(program).of(GAME) if _expires(card)]
    done, _colon, after = (cursor or "0:").partition(":")
    place = int(done)
    if place >= len(cards):
        return None
    card = cards[place]
    rows = run(_RESTING, [card.definition_id, after or None, after or None, CHUNK])
    due = [member for member, last_at, total in rows if _is_due(card, last_at, total, day)]
    if due:
        _wipe(program, card, due, day=day, at=at)
    return f"{place}:{rows[-1][0]}" if len(rows) == CHUNK else f"{place + 1}:"


def _expires(card: Live) -> bool:
    told = Card.read(card.settings)
    return bool(told.inactivity or told.ends_on)


def _is_due(card: Live, last_at: datetime | None, total: int, day: date) -> bool:
    told = Card.read(card.settings)
    if not told.filled(total) or last_at is None:
        return False
    if told.ends_on is not None and local_day(last_at, card.zone) < told.ends_on <= day:
        return True
    if not told.inactivity:
        return False
    rested = Period.read(told.inactivity).after(last_at, zone=card.zone)
    return local_day(rested, card.zone) < day


def _wipe(
    program: Program, card: Live, member_ids: Sequence[Id], *, day: date, at: datetime
) -> None:
    """The newest stamps of the open card, row by row."""
    book = hold_members(program=program, member_ids=set(member_ids), at=at)
    rows = run(_LEFT, [card.definition_id, list(member_ids)])
    by_member: dict[Id, list[tuple[Id, int]]] = {}
    for member_id, stamp_id, left in rows:
        by_member.setdefault(member_id, []).append((stamp_id, left))
    entries = [
        entry
        for member_id in sorted(by_member)
        for entry in _wiped(card, member_id, by_member[member_id], day=day, at=at)
    ]
    add(program=program, entries=entries, book=book, at=at)


def _wiped(
    card: Live, member_id: Id, rows: Sequence[tuple[Id, int]], *, day: date, at: datetime
) -> list[Entry]:
    still = Card.read(card.settings).filled(sum(left for _, left in rows))
    entries = []
    for stamp_id, left in rows:
        wiped = min(left, still)
        still -= wiped
        if wiped:
            entries.append(
                Entry(
                    card=card,
                    member_id=member_id,
                    quantity=-wiped,
                    kind=StampKind.EXPIRED,
                    source=StampSource.CARD,
                    source_id=day.isoformat(),
                    at=at,
                    actor=CARD,
                    refers_to=stamp_id,
                )
            )
    return entries
