"""Waiting: pending lots that open by an event, not by time (L-21). Whoever stamped them says by which, and when."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts_by_id
from loyalty.ledger.rows.states import Book
from loyalty.ledger.timed.opening import open_lots
from loyalty.programs.expiry import ends_at
from loyalty.programs.models import Program

_WAITING: Final = """
    SELECT lot.id, account.id, account.member_id, account.currency_id, lot.entry_id, lot.free, lot.terms
    FROM loyalty_account account JOIN loyalty_lot lot ON lot.account_id = account.id
    WHERE account.member_id = ANY(%s::uuid[]) AND lot.free > 0 AND lot.opened_at IS NULL AND lot.opens_at IS NULL
    ORDER BY lot.id
"""
_DATE: Final = """
    UPDATE loyalty_lot lot SET opens_at = told.opens_at, expires_at = told.expires_at
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS told (id, opens_at, expires_at)
    WHERE lot.id = told.id AND lot.opened_at IS NULL AND lot.opens_at IS NULL
"""
_FORFEITED: Final = """
    SELECT account.member_id, credit.event_id, credit.rule_id, -entry.points
    FROM loyalty_entry entry
    JOIN loyalty_draw draw ON draw.entry_id = entry.id
    JOIN loyalty_lot lot ON lot.id = draw.lot_id AND lot.opened_at IS NULL
    JOIN loyalty_entry credit ON credit.id = COALESCE((lot.terms ->> 'earned_by')::uuid, lot.entry_id)
    JOIN loyalty_account account ON account.id = lot.account_id
    WHERE entry.id = ANY(%s::uuid[]) AND entry.kind = 'forfeit' AND entry.source_key LIKE 'lot\\_%%'
    ORDER BY entry.id
"""
_OPENED: Final = "SELECT entry_id, opened_at FROM loyalty_lot WHERE entry_id = ANY(%s::uuid[]) AND opened_at IS NOT NULL"
# Pending lots that moved with a merge, which are few, and name what had brought them.
_OPENED_ELSEWHERE: Final = """
    SELECT (lot.terms ->> 'earned_by')::uuid, min(lot.opened_at)
    FROM loyalty_account account
    JOIN loyalty_entry entry ON entry.account_id = account.id AND entry.kind = 'merge_in'
    JOIN loyalty_lot lot ON lot.entry_id = entry.id AND lot.opened_at IS NOT NULL
    WHERE account.member_id = ANY(%s::uuid[]) AND (lot.terms ->> 'earned_by')::uuid = ANY(%s::uuid[])
    GROUP BY 1
"""
_BROUGHT_BY: Final = """
    SELECT id, COALESCE((terms ->> 'earned_by')::uuid, entry_id), opened_at FROM loyalty_lot WHERE id = ANY(%s::uuid[])
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingLot:
    """What is left of a lot that waits for an event; `terms` are those that were stamped on it."""

    id: Id
    account_id: Id
    member_id: Id
    currency_id: Id
    entry_id: Id
    points: int
    terms: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class ForfeitedLot:
    """What a lot still had when it was taken away before it opened, and what had brought it, before any merge."""

    member_id: Id
    event_id: Id | None
    rule_id: Id | None
    points: int


def waiting_lots(*, member_ids: Collection[Id]) -> list[WaitingLot]:
    """What these members have that waits for an event, oldest first."""
    if not member_ids:
        return []
    return [
        WaitingLot(
            id=lot_id,
            account_id=account_id,
            member_id=member_id,
            currency_id=currency_id,
            entry_id=entry_id,
            points=points,
            terms=_read(terms),
        )
        for lot_id, account_id, member_id, currency_id, entry_id, points, terms in run(
            _WAITING, [sorted(member_ids)]
        )
    ]


@inside_unit_of_work
def date_lots(
    *,
    program: Program,
    opens: Sequence[tuple[WaitingLot, datetime]],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
) -> None:
    """Say when these waiting lots open; those whose instant has come open now, the others in their time.

    Their end is counted from that instant. `accounts` is a book that this transaction has locked before.
    """
    if not opens:
        return
    if accounts is None:
        accounts = lock_accounts_by_id(account_ids={lot.account_id for lot, _when in opens})
    dates = sorted((lot.id, when, _end_of(lot, when, program)) for lot, when in opens)
    run(_DATE, [list(column) for column in zip(*dates, strict=True)])
    due = [lot_id for lot_id, when, _end in dates if when <= at]
    open_lots(program=program, lot_ids=due, actor=actor, at=at, accounts=accounts)


def forfeited_lots(*, entry_ids: Collection[Id]) -> list[ForfeitedLot]:
    """Which pending lots these entries took away, each by itself; erasing a person is not among them."""
    return [
        ForfeitedLot(member_id=member_id, event_id=event_id, rule_id=rule_id, points=points)
        for member_id, event_id, rule_id, points in run(_FORFEITED, [sorted(entry_ids)])
    ]


def openings_of(*, entry_ids: Collection[Id], moved_to: Collection[Id] = ()) -> dict[Id, datetime]:
    """When the points that these credits brought opened; those that have not are absent.

    `moved_to` are members with whom a merge may have taken points along before they opened.
    """
    if not entry_ids:
        return {}
    opened: dict[Id, datetime] = dict(run(_OPENED, [sorted(entry_ids)]))
    if moved_to:
        opened = dict(run(_OPENED_ELSEWHERE, [sorted(moved_to), sorted(entry_ids)])) | opened
    return opened


def brought_by(*, lot_ids: Collection[Id]) -> dict[Id, tuple[Id, datetime | None]]:
    """By lot: the credit that brought its points, before any merge, and when they opened."""
    rows = run(_BROUGHT_BY, [sorted(lot_ids)])
    return {lot_id: (entry_id, opened_at) for lot_id, entry_id, opened_at in rows}


def _end_of(lot: WaitingLot, when: datetime, program: Program) -> datetime | None:
    return ends_at(lot.terms, when, program.zone) if lot.terms else None


def _read(terms: Any) -> dict[str, Any]:
    """Django leaves JSON as text on its connections."""
    told: dict[str, Any] = json.loads(terms) if isinstance(terms, str) else terms or {}
    return told
