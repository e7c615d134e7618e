"""Claims as they are wished, covered and remembered, and what must be read to cover one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.kinds import Purse
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.reading import read_debts, read_lots
from loyalty.ledger.rows.states import Book, LotState
from loyalty.programs.models import ReturnsTake


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimWish:
    """Points asked back of one credit (`earning_id` is its entry), once per `source_key`."""

    member_id: Id
    currency_id: Id
    earning_id: Id
    points: int
    source_key: str
    occurred_at: datetime
    take: str = ReturnsTake.OWE
    # Only what its own lots have left, opened or not: for undoing (E-89).
    only_own: bool = False
    event_id: Id | None = None
    rule_id: Id | None = None
    rule_version: int | None = None
    group_id: Id | None = None
    counts_for_tier: bool = False
    day: date | None = (
        None  # whose figures it lowers, the purchase's; if not told, the return's own
    )

    @property
    def purse(self) -> Purse:
        """The account that answers for it."""
        return self.member_id, self.currency_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Covered:
    """What covered a claim: parts that add up to `asked`. Only pending, own, other and owing moved points."""

    asked: int
    pending: int = 0
    own: int = 0
    expired: int = 0
    other: int = 0
    owing: int = 0
    waived: int = 0
    entry_id: Id | None = None
    repeated: bool = False

    @property
    def moved(self) -> int:
        """Points that leave the account, or are owed by it."""
        return self.pending + self.own + self.other + self.owing


@dataclass(slots=True)
class Known:
    """What was read about the credits that are claimed from."""

    own: dict[Id, list[LotState]]
    expired: dict[Id, int]
    earlier: dict[tuple[Id, str], Covered]


_OWN: Final = """
    SELECT entry_id, id FROM loyalty_lot WHERE entry_id = ANY(%s::uuid[]) ORDER BY entry_id, id
"""
# Expired unspent and neither claimed before nor brought back by hand.
_EXPIRED: Final = """
    SELECT lot.entry_id, sum(draw.points)::bigint
           - COALESCE(sum((SELECT sum(back.points) FROM loyalty_entry back
                           WHERE back.reverses_id = entry.id AND back.kind = 'reinstate')), 0)::bigint
    FROM loyalty_lot lot
    JOIN loyalty_draw draw ON draw.lot_id = lot.id
    JOIN loyalty_entry entry ON entry.id = draw.entry_id AND entry.kind IN ('expire', 'forfeit')
    WHERE lot.entry_id = ANY(%s::uuid[])
    GROUP BY lot.entry_id
"""
_EARLIER: Final = """
    SELECT earning_id, source_key, asked, pending, own, expired, other, owing, waived, entry_id
    FROM loyalty_claim WHERE earning_id = ANY(%s::uuid[])
"""


def read_claims(draft: Draft, book: Book, wishes: Sequence[ClaimWish]) -> Known:
    """Earlier claims on these credits, their own lots, other open lots up to what is asked, and debts."""
    earnings = sorted({wish.earning_id for wish in wishes})
    rows = run(_OWN, [earnings])
    states = [book[purse] for purse in {wish.purse for wish in wishes}]
    named = [lot_id for _, lot_id in rows]
    own_lots = {lot.id: lot for lot in read_lots(wanted={}, named=named, at=draft.at)}
    wanted: dict[Id, int] = {}
    for wish in wishes:
        account_id = book[wish.purse].id
        wanted[account_id] = wanted.get(account_id, 0) + wish.points
    for lot in own_lots.values():  # their own lots may stand among those that are read as others
        if lot.account_id in wanted:
            wanted[lot.account_id] += lot.free
    others = read_lots(wanted=wanted, named=[], at=draft.at)
    lots = {lot.id: lot for lot in others} | own_lots
    mine = {state.id for state in states}
    draft.know(
        states,
        lots=[lot for lot in lots.values() if lot.account_id in mine],
        debts=read_debts(account_ids=[state.id for state in states if state.negative]),
    )
    own: dict[Id, list[LotState]] = {}
    for earning_id, lot_id in rows:
        own.setdefault(earning_id, []).append(own_lots[lot_id])
    earlier = {(row[0], row[1]): _covered(row[2:]) for row in run(_EARLIER, [earnings])}
    return Known(own=own, expired=_expired(earnings, earlier), earlier=earlier)


def _expired(earnings: Sequence[Id], earlier: Mapping[tuple[Id, str], Covered]) -> dict[Id, int]:
    expired: dict[Id, int] = dict(run(_EXPIRED, [list(earnings)]))
    for (earning_id, _), covered in earlier.items():
        if covered.expired:
            expired[earning_id] -= covered.expired
    return expired


def _covered(row: tuple[Any, ...]) -> Covered:
    names = ("asked", "pending", "own", "expired", "other", "owing", "waived", "entry_id")
    return Covered(**dict(zip(names, row, strict=True)), repeated=True)
