"""What is known under the lock: accounts, lots and debts as plain values that drafting moves."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.ledger.kinds import Purse

FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class AccountState:
    """An account as it stands under its lock; drafting moves its parts."""

    id: Id
    program_id: Id
    member_id: Id | None
    currency_id: Id | None
    voucher_id: Id | None
    available: int
    pending: int
    held: int
    negative: int
    last_number: int
    is_closed: bool
    is_spendable: bool

    @property
    def balance(self) -> int:
        """Everything on the account, less what is owed (L-1)."""
        return self.available + self.pending + self.held - self.negative

    @property
    def purse(self) -> Purse:
        """Owner and currency."""
        owner = self.member_id or self.voucher_id
        assert owner is not None, "an account has an owner"
        return owner, self.currency_id


Book = dict[Purse, AccountState]


@dataclass(slots=True)
class LotState:
    """A lot as it stands, or as it will be written."""

    id: Id
    account_id: Id
    entry_id: Id
    size: int
    free: int
    held: int
    opened_at: datetime | None
    expires_at: datetime | None
    origin: str = ""
    worth: int | None = None
    opens_at: datetime | None = None
    lapses_at: datetime | None = None
    terms: dict[str, object] | None = None
    is_new: bool = False

    @property
    def order(self) -> tuple[datetime, Id]:
        """Earliest end first, never-ending last, then the oldest (L-14)."""
        return self.expires_at or FOR_EVER, self.id


@dataclass(slots=True)
class DebtState:
    """What an entry still owes."""

    entry_id: Id
    points: int
    filled: int
    is_new: bool = False


@dataclass(slots=True)
class Drafted:
    """One account with what was read about it."""

    account: AccountState
    open_lots: list[LotState] = field(default_factory=list)
    lots: dict[Id, LotState] = field(default_factory=dict)
    debts: list[DebtState] = field(default_factory=list)
