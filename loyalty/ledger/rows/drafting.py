"""Drafting: what movements do to accounts and lots, worked out in memory. No query, no clock, no chance but new ids.

A draft starts from accounts under lock and the lots that were read for it, and ends as rows to write.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import Values
from loyalty.foundation.ids import Id, new_id
from loyalty.ledger.kinds import (
    LotTerms,
    Movement,
    Taken,
)
from loyalty.ledger.rows.states import AccountState, DebtState, Drafted, LotState


@dataclass(slots=True)
class Draft:
    """Movements on accounts, becoming rows. Use one per statement and then `rows()`."""

    actor: Actor
    at: datetime
    approved_by_id: Id | None = None
    reason: str = ""  # of movements that have none of their own
    accounts: dict[Id, Drafted] = field(default_factory=dict)
    entries: list[Values] = field(default_factory=list)
    notes: list[Values] = field(default_factory=list)
    draws: list[Values] = field(default_factory=list)
    lot_changes: list[Values] = field(default_factory=list)
    holds: list[Values] = field(default_factory=list)
    settled_holds: list[Values] = field(default_factory=list)
    claims: list[Values] = field(default_factory=list)
    moved_lots: dict[Id, LotState] = field(default_factory=dict)
    new_lots: list[LotState] = field(default_factory=list)
    moved_debts: dict[Id, tuple[Id, DebtState]] = field(default_factory=dict)
    moved_accounts: dict[Id, AccountState] = field(default_factory=dict)

    def know(
        self,
        accounts: Iterable[AccountState],
        *,
        lots: Iterable[LotState] = (),
        debts: Iterable[tuple[Id, DebtState]] = (),
    ) -> None:
        """Take in what was read under the lock. Open lots become those to spend, in order."""
        for account in accounts:
            self.accounts.setdefault(account.id, Drafted(account))
        for lot in lots:
            drafted = self.accounts[lot.account_id]
            drafted.lots[lot.id] = lot
            if self.is_open(lot):
                drafted.open_lots.append(lot)
        for drafted in self.accounts.values():
            drafted.open_lots.sort(key=lambda lot: lot.order)
        for account_id, debt in debts:
            self.accounts[account_id].debts.append(debt)

    def is_alive(self, lot: LotState) -> bool:
        """Whether its end is still to come: at the instant itself it is over."""
        return lot.expires_at is None or lot.expires_at > self.at

    def is_open(self, lot: LotState) -> bool:
        """Whether something of it can be spent now."""
        return lot.opened_at is not None and lot.free > 0 and self.is_alive(lot)

    def rows(self) -> dict[str, Sequence[Values]]:
        """What `writing.write` takes."""
        debts = self.moved_debts.values()
        return {
            "accounts": [
                (a.id, a.available, a.pending, a.held, a.negative, a.last_number)
                for a in self.moved_accounts.values()
            ],
            "holds": self.holds,
            "settled_holds": self.settled_holds,
            "entries": self.entries,
            "notes": self.notes,
            "lots": [_lot_row(lot) for lot in self.new_lots],
            "moved_lots": [
                (lot.id, lot.free, lot.held, lot.opened_at, lot.expires_at)
                for lot in self.moved_lots.values()
            ],
            "lot_changes": self.lot_changes,
            "draws": self.draws,
            "debts": [
                (d.entry_id, account, d.points, d.filled) for account, d in debts if d.is_new
            ],
            "filled_debts": [(d.entry_id, d.filled) for _, d in debts if not d.is_new],
            "claims": self.claims,
        }

    # Steps that the functions about holds and returns use as well.

    def take(
        self, lot: LotState, points: int, *, entry_id: Id | None = None, hold_id: Id | None = None
    ) -> Taken:
        """Take free points from a lot (negative: give them back) and note the draw."""
        lot.free -= points
        self.touch(lot)
        self.draws.append((new_id(), lot.id, entry_id, hold_id, points, self.at))
        return Taken(
            lot_id=lot.id,
            points=points,
            expires_at=lot.expires_at,
            was_pending=lot.opened_at is None,
        )

    def touch(self, lot: LotState) -> None:
        """Have this lot written."""
        if not lot.is_new:
            self.moved_lots[lot.id] = lot

    def enter(
        self, movement: Movement, account: AccountState, *, entry_id: Id, hold_id: Id | None = None
    ) -> int:
        """Note the entry, once the account's parts have moved; answers the balance after it."""
        account.last_number += 1
        balance = account.balance
        m, who = movement, self.actor
        self.entries.append(
            (
                *(
                    entry_id,
                    account.program_id,
                    account.id,
                    account.last_number,
                    m.kind.value,
                    m.points,
                ),
                *(
                    balance,
                    m.reason or self.reason,
                    m.source_key,
                    m.rule_id,
                    m.rule_version,
                    m.event_id,
                    m.reverses_id,
                ),
                *(m.group_id, hold_id, m.counts_for_tier, who.kind.value, who.id, who.name),
                *(self.approved_by_id, m.occurred_at, self.at),
            )
        )
        if m.note:
            self.notes.append((entry_id, m.note))
        self.moved_accounts[account.id] = account
        return balance

    def fill_debts(self, drafted: Drafted, lot: LotState) -> None:
        """What is owed is filled first, oldest debt first, from this lot's free points (L-13)."""
        account = drafted.account
        for debt in drafted.debts:
            points = min(lot.free, debt.points - debt.filled)
            if points <= 0:
                continue
            debt.filled += points
            account.negative -= points
            if lot.opened_at is None:
                account.pending -= points
            else:
                account.available -= points
            self.take(lot, points, entry_id=debt.entry_id)
            self.moved_debts[debt.entry_id] = (account.id, debt)

    def owe(self, drafted: Drafted, points: int, *, entry_id: Id) -> None:
        """Leave what could not be taken as a debt of this entry."""
        drafted.account.negative += points
        debt = DebtState(entry_id=entry_id, points=points, filled=0, is_new=True)
        drafted.debts.append(debt)
        self.moved_debts[entry_id] = (drafted.account.id, debt)

    def give(self, drafted: Drafted, lot: LotState, *, points: int) -> None:
        """Put points of a lot into the account's part where they belong: pending or available."""
        if lot.opened_at is None:
            drafted.account.pending += points
        else:
            drafted.account.available += points

    def add_lot(self, drafted: Drafted, *, entry_id: Id, size: int, terms: LotTerms) -> LotState:
        """A lot of these terms, opened now or pending; it will be written."""
        opens_now = not terms.waits and (terms.opens_at is None or terms.opens_at <= self.at)
        lot = LotState(
            id=new_id(),
            account_id=drafted.account.id,
            entry_id=entry_id,
            size=size,
            free=size,
            held=0,
            opened_at=self.at if opens_now else None,
            expires_at=terms.expires_at,
            origin=terms.origin,
            worth=terms.worth,
            opens_at=terms.opens_at,
            lapses_at=terms.lapses_at,
            terms=terms.policy,
            is_new=True,
        )
        self.new_lots.append(lot)
        drafted.lots[lot.id] = lot
        return lot


def _lot_row(lot: LotState) -> Values:
    return (
        *(
            lot.id,
            lot.account_id,
            lot.entry_id,
            lot.size,
            lot.free,
            lot.held,
            lot.origin,
            lot.worth,
        ),
        *(lot.opens_at, lot.opened_at, lot.lapses_at, lot.expires_at),
        None if lot.terms is None else json.dumps(lot.terms),
    )
