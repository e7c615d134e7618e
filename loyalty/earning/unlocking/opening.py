"""Opening: what members wait for is read, and what an event or an opened lot made due is opened (E-55)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from loyalty.earning.unlocking.waits import SAFE, Pending, Wait, Waits
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsActivated
from loyalty.ledger.rows.states import Book
from loyalty.ledger.timed.waiting import (
    WaitingLot,
    brought_by,
    date_lots,
    openings_of,
    waiting_lots,
)
from loyalty.members.persons import merged_into
from loyalty.programs.models import Program

# Only orders have a basis; of one that was wholly returned nothing is left to be safe.
_ORDERS: Final = """
    SELECT e.member_id, e.entry_id
    FROM loyalty_earning e JOIN loyalty_explanation why ON why.event_id = e.event_id AND why.body ? 'basis'
    WHERE e.member_id = ANY(%s::uuid[]) AND e.claimed < e.points
"""
_OF_ORDERS: Final = """
    SELECT e.member_id, e.entry_id FROM loyalty_earning e
    JOIN loyalty_explanation why ON why.event_id = e.event_id AND why.body ? 'basis'
    WHERE e.member_id = ANY(%s::uuid[]) AND e.entry_id = ANY(%s::uuid[])
"""


def read_waits(
    *,
    persons: Mapping[Id, Sequence[Id]],
    waits_for: Collection[str],
    may_wait: Collection[Id],
    zone: str,
) -> Waits:
    """What these members wait for; nothing is asked where no rule has anybody wait.

    `persons` has everybody who was merged into each, too: their orders are the member's (L-52). All orders are looked at of those who wait for a safe one, or `may_wait` for it by what is judged now.
    """
    waits = Waits(zone=zone)
    if not waits_for or not persons:
        return waits
    for member_id, each in _pending(waiting_lots(member_ids=persons)):
        waits.pending[member_id].append(each)
    waiting = {
        member_id
        for member_id, pending in waits.pending.items()
        if any(each.wait.source == SAFE for each in pending)
    }
    if waiting or may_wait:
        asked = waiting.union(may_wait)
        waits.safe |= safe_since(persons={each: persons[each] for each in asked})
    return waits


def safe_since(*, persons: Mapping[Id, Sequence[Id]]) -> dict[Id, datetime]:
    """When the points of the first order of each of these members, under any of its names, opened; who has none is absent."""
    survivor = {each: member_id for member_id, whole in persons.items() for each in whole}
    rows = [(survivor[who], entry_id) for who, entry_id in run(_ORDERS, [sorted(survivor)])]
    merged = sorted(each for whole in persons.values() if len(whole) > 1 for each in whole)
    opened = openings_of(entry_ids={entry_id for _who, entry_id in rows}, moved_to=merged)
    return _earliest((who, opened[entry_id]) for who, entry_id in rows if entry_id in opened)


@inside_unit_of_work
def open_what_followed(
    *, program: Program, waits: Waits, actor: Actor, at: datetime, accounts: Book | None
) -> None:
    """Date what this batch made due, its own grants too, which are posted by now."""
    if not waits.dated:
        return
    fresh = {each.wait for each, _when in waits.dated if each.lot is None}
    lots = {each.lot.id: (each.lot, when) for each, when in waits.dated if each.lot is not None}
    if fresh:
        when_of = {each.wait: when for each, when in waits.dated}
        members = set(waits.pending)
        for _member_id, each in _pending(waiting_lots(member_ids=members)):
            if each.wait in fresh and each.lot is not None:
                lots[each.lot.id] = (each.lot, when_of[each.wait])
    date_lots(program=program, opens=list(lots.values()), actor=actor, at=at, accounts=accounts)


@inside_unit_of_work
def open_for_safe_orders(
    *, program: Program, facts: Sequence[PointsActivated], actor: Actor, at: datetime
) -> None:
    """Date what waited for a safe order of these members, if the points that opened are an order's."""
    member_ids = {fact.member_id for fact in facts if fact.member_id is not None}
    waiting = [
        (member_id, each)
        for member_id, each in _pending(waiting_lots(member_ids=member_ids))
        if each.wait.source == SAFE
    ]
    if waiting:
        moments = _opened_of_orders(facts, persons=merged_into({each for each, _lot in waiting}))
        _date(program, waiting, moments, actor=actor, at=at)


@inside_unit_of_work
def open_for_merged(
    *, program: Program, member_ids: Collection[Id], actor: Actor, at: datetime
) -> None:
    """Date what these members wait for, if a membership that was merged into them has a safe order, or they do."""
    waiting = [
        (member_id, each)
        for member_id, each in _pending(waiting_lots(member_ids=member_ids))
        if each.wait.source == SAFE
    ]
    if waiting:
        moments = safe_since(persons=merged_into({each for each, _lot in waiting}))
        _date(program, waiting, moments, actor=actor, at=at)


def _opened_of_orders(
    facts: Sequence[PointsActivated], *, persons: Mapping[Id, Sequence[Id]]
) -> dict[Id, datetime]:
    """When points of an order of these members opened, by what was told now."""
    survivor = {each: member_id for member_id, whole in persons.items() for each in whole}
    brought = brought_by(lot_ids={fact.lot_id for fact in facts})
    entries = {entry_id: opened_at for entry_id, opened_at in brought.values() if opened_at}
    rows = run(_OF_ORDERS, [sorted(survivor), sorted(entries)])
    return _earliest((survivor[who], entries[entry_id]) for who, entry_id in rows)


def _date(
    program: Program,
    waiting: Sequence[tuple[Id, Pending]],
    moments: Mapping[Id, datetime],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    opens = [
        (each.lot, each.wait.opens(moments[member_id], zone=program.zone))
        for member_id, each in waiting
        if member_id in moments and each.lot is not None
    ]
    date_lots(program=program, opens=opens, actor=actor, at=at)


def _pending(lots: Iterable[WaitingLot]) -> list[tuple[Id, Pending]]:
    """Those that wait by a rule, by member; what waits for something else is not ours."""
    return [
        (
            lot.member_id,
            Pending(currency_id=lot.currency_id, points=lot.points, wait=wait, lot=lot),
        )
        for lot in lots
        if (wait := Wait.read(lot.terms)) is not None
    ]


def _earliest(moments: Iterable[tuple[Id, datetime]]) -> dict[Id, datetime]:
    """The first moment of each member."""
    found: dict[Id, datetime] = {}
    for member_id, moment in moments:
        found[member_id] = min(moment, found.get(member_id, moment))
    return found
