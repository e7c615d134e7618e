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
from loyalty.ledger.timed.waiting import WaitingLot, date_lots, openings_of, waiting_lots
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
    member_ids: Collection[Id],
    waits_for: Collection[str],
    may_wait: Collection[Id],
    zone: str,
) -> Waits:
    """What these members wait for; nothing is asked where no rule has anybody wait.

    All orders are looked at of those who wait for a safe one, or `may_wait` for it by what is judged now.
    """
    waits = Waits(zone=zone)
    if not waits_for or not member_ids:
        return waits
    for member_id, each in _pending(waiting_lots(member_ids=member_ids)):
        waits.pending[member_id].append(each)
    waiting = {
        member_id
        for member_id, pending in waits.pending.items()
        if any(each.wait.source == SAFE for each in pending)
    }
    if waiting or may_wait:
        waits.safe |= safe_since(member_ids=waiting.union(may_wait))
    return waits


def safe_since(*, member_ids: Collection[Id]) -> dict[Id, datetime]:
    """When the points of the first order of each of these members opened; who has none such is absent."""
    return _earliest(run(_ORDERS, [sorted(member_ids)]))


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
    if not waiting:
        return
    members = sorted({member_id for member_id, _each in waiting})
    rows = run(_OF_ORDERS, [members, sorted({fact.entry_id for fact in facts})])
    moments = _earliest(rows)
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


def _earliest(rows: Iterable[tuple[Id, Id]]) -> dict[Id, datetime]:
    """When the first of each member's entries opened."""
    told = list(rows)
    opened: Mapping[Id, datetime] = openings_of(entry_ids={entry_id for _m, entry_id in told})
    found: dict[Id, datetime] = {}
    for member_id, entry_id in told:
        moment = opened.get(entry_id)
        if moment is not None:
            found[member_id] = min(moment, found.get(member_id, moment))
    return found
