"""Opening: pending points become available, by time or by an event (L-21)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.facts import PointsActivated
from loyalty.ledger.kinds import EntryKind, Posted
from loyalty.ledger.locks import by_id, lock_accounts_by_id
from loyalty.ledger.models import Lot
from loyalty.ledger.posting import fact_of
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.reading import read_debts, read_lots
from loyalty.ledger.rows.releasing import end_lot
from loyalty.ledger.rows.states import Book, LotState
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.programs.expiry import ends_at
from loyalty.programs.models import Program

LOTS_AT_ONCE_MAX: Final = 5_000

_DUE: Final = """
    SELECT lot.id FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    WHERE lot.opened_at IS NULL AND lot.opens_at <= %s AND account.program_id = %s
    ORDER BY lot.opens_at, lot.id LIMIT %s
"""
_EARLIEST: Final = """
    SELECT account.program_id, min(lot.opens_at)
    FROM loyalty_lot lot JOIN loyalty_account account ON account.id = lot.account_id
    WHERE lot.opened_at IS NULL AND lot.opens_at <= %s AND (%s::uuid IS NULL OR account.program_id = %s)
    GROUP BY account.program_id
"""


def earliest_opening(*, until: datetime, program_id: Id | None) -> Mapping[Id, datetime]:
    """When the first pending points open, per programme, at or before `until`."""
    return dict(run(_EARLIEST, [until, program_id, program_id]))


@inside_unit_of_work
def open_due(*, program: Program, actor: Actor, at: datetime) -> int:
    """Open what is due, some thousand lots at once; answers how many."""
    due = [row[0] for row in run(_DUE, [at, program.pk, LOTS_AT_ONCE_MAX])]
    open_lots(program=program, lot_ids=due, actor=actor, at=at)
    return len(due)


@inside_unit_of_work
def open_lots(
    *,
    program: Program,
    lot_ids: Collection[Id],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
) -> list[Id]:
    """Open these pending lots, whatever they wait for; answers those that were still pending.

    No entry: the balance does not change. What is owed is filled first. A lot that waited for an event gets its end
    now, by the policy that was stamped on it. `accounts` is a book that this transaction has locked before; it is
    moved along.
    """
    if not lot_ids:
        return []
    draft, lots = _locked(lot_ids, actor=actor, at=at, book=accounts)
    facts = []
    for lot in lots:
        drafted = draft.accounts[lot.account_id]
        drafted.account.pending -= lot.free
        drafted.account.available += lot.free
        draft.moved_accounts[lot.account_id] = drafted.account
        if lot.opens_at is None and lot.terms:
            lot.expires_at = ends_at(lot.terms, at, program.zone)
        lot.opened_at = min(lot.opens_at or at, at)
        draft.touch(lot)
        draft.fill_debts(drafted, lot)
        if lot.free and drafted.account.member_id:
            facts.append(
                PointsActivated(
                    program_id=program.pk,
                    member_id=drafted.account.member_id,
                    at=at,
                    lot_id=lot.id,
                    entry_id=lot.entry_id,
                    currency_id=drafted.account.currency_id,
                    points=lot.free,
                    expires_at=lot.expires_at,
                )
            )
    write(draft.rows())
    announce(facts)
    return [lot.id for lot in lots]


@inside_unit_of_work
def forfeit_lots(
    *,
    program: Program,
    lot_ids: Collection[Id],
    reason: str,
    actor: Actor,
    at: datetime,
    note: str = "",
) -> list[Posted]:
    """Take away what is still pending in these lots; opened ones are left alone (L-21)."""
    if not lot_ids:
        return []
    draft, lots = _locked(lot_ids, actor=actor, at=at)
    posted = [
        end_lot(draft, lot, kind=EntryKind.FORFEIT, reason=reason, note=note)
        for lot in lots
        if lot.free
    ]
    write(draft.rows())
    announce([fact_of(each, program=program, at=at) for each in posted])
    return posted


def _locked(
    lot_ids: Collection[Id], *, actor: Actor, at: datetime, book: Book | None = None
) -> tuple[Draft, list[LotState]]:
    """The lots of these that are still pending, under their accounts' locks."""
    if book is None:
        owners = Lot.objects.filter(pk__in=lot_ids).values_list("account_id", flat=True)
        book = lock_accounts_by_id(account_ids=set(owners))
    accounts = by_id(book)
    lots = [
        lot for lot in read_lots(wanted={}, named=list(lot_ids), at=at) if lot.opened_at is None
    ]
    lots.sort(key=lambda lot: (lot.opens_at or at, lot.id))
    draft = Draft(actor=actor, at=at)
    draft.know(
        accounts.values(),
        lots=lots,
        debts=read_debts(account_ids=[each.id for each in accounts.values() if each.negative]),
    )
    return draft, lots
