"""Giving back: points that paid for what was returned go back to the lots they came from (L-41, E-64)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, Movement, Posted
from loyalty.ledger.locks import by_id, lock_accounts_by_id
from loyalty.ledger.posting import earlier_of, fact_of, slot_of
from loyalty.ledger.refusals import AmountOutOfRange, EntryConflict
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.moving import posted_as, refuse_what_may_not_move
from loyalty.ledger.rows.reading import read_debts, read_lots
from loyalty.ledger.rows.releasing import end_lot
from loyalty.ledger.rows.states import AccountState, Book, LotState
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import Period, local_day, midnight
from loyalty.programs.models import Program

NO_GRACE: Final = Period()


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveBackWish:
    """Points to give back of one entry that spent or redeemed (`spent_id`), once per `source_key`."""

    spent_id: Id
    points: int
    source_key: str
    occurred_at: datetime
    grace: Period = NO_GRACE
    reason: str = ""
    event_id: Id | None = None
    group_id: Id | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenBack:
    """How many came back usable (debts filled included), and how many to lots that had ended."""

    entry_id: Id
    points: int
    usable: int
    expired: int
    repeated: bool = False


@dataclass(slots=True)
class _Spent:
    """What one entry took, and may still get back: (lot, points), in the order of taking."""

    account_id: Id
    left: list[tuple[Id, int]] = field(default_factory=list)


# What the entry (or the hold that it captured) took from each lot, less what came back by entries that reverse it.
_TAKEN: Final = """
    SELECT spent.id, spent.account_id, taken.lot_id, taken.points
    FROM loyalty_entry spent
    CROSS JOIN LATERAL (
        SELECT id, lot_id, points FROM loyalty_draw WHERE entry_id = spent.id
        UNION ALL
        SELECT id, lot_id, points FROM loyalty_draw WHERE hold_id = spent.hold_id
    ) taken
    WHERE spent.id = ANY(%s::uuid[]) ORDER BY taken.id
"""
_BACK: Final = """
    SELECT back.reverses_id, draw.lot_id, draw.points
    FROM loyalty_entry back JOIN loyalty_draw draw ON draw.entry_id = back.id
    WHERE back.reverses_id = ANY(%s::uuid[]) AND back.kind = 'return_spent' AND draw.points < 0
"""
_EXPIRED: Final = """
    SELECT COALESCE(sum(-points), 0)::bigint FROM loyalty_entry
    WHERE account_id = %s AND kind = 'expire' AND reverses_id = %s
"""


@inside_unit_of_work
def give_back(
    *,
    program: Program,
    wishes: Sequence[GiveBackWish],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
) -> list[GivenBack]:
    """Give points back to the exact lots, last drawn first; answers each wish, in order.

    A lot that has ended revives through the last day of the grace, or the points expire at once. What is owed is
    filled first. Told again under the same key: the first answer. Raises AmountOutOfRange for more than was taken.
    """
    if not wishes:
        return []
    spent = _read_spent([wish.spent_id for wish in wishes])
    if accounts is None:
        accounts = lock_accounts_by_id(account_ids={each.account_id for each in spent.values()})
        spent = _read_spent([wish.spent_id for wish in wishes])
    states = by_id(accounts)
    draft = Draft(actor=actor, at=at)
    mine = {each.account_id for each in spent.values()}
    draft.know(
        [states[account_id] for account_id in mine],
        lots=read_lots(
            wanted={}, named=[lot for each in spent.values() for lot, _ in each.left], at=at
        ),
        debts=read_debts(account_ids=[each for each in mine if states[each].negative]),
    )
    movements = [_movement(wish, states[spent[wish.spent_id].account_id]) for wish in wishes]
    slots = [
        (spent[wish.spent_id].account_id, slot_of(m))
        for wish, m in zip(wishes, movements, strict=True)
    ]
    earlier = earlier_of(slots)
    told, posted = [], []
    for wish, movement, slot in zip(wishes, movements, slots, strict=True):
        if slot in earlier:
            told.append(_told_again(wish, slot[0], earlier[slot]))
            continue
        given, made = _give(draft, program, spent[wish.spent_id], wish, movement)
        told.append(given)
        posted += made
    write(draft.rows())
    announce([fact_of(each, program=program, at=at) for each in posted if each.movement.member_id])
    return told


def _give(
    draft: Draft, program: Program, spent: _Spent, wish: GiveBackWish, movement: Movement
) -> tuple[GivenBack, list[Posted]]:
    drafted = draft.accounts[spent.account_id]
    refuse_what_may_not_move(movement, drafted.account)
    if wish.points > sum(points for _, points in spent.left):
        raise AmountOutOfRange(points=wish.points)
    entry_id = new_id()
    left, ended = wish.points, []
    made: list[Posted] = []
    touched = []
    for place in reversed(range(len(spent.left))):
        lot_id, taken = spent.left[place]
        points = min(left, taken)
        if points == 0:
            continue
        lot = drafted.lots[lot_id]
        if not draft.is_alive(lot):
            if lot.free:
                made.append(end_lot(draft, lot))
            _revive(draft, program, lot, grace=wish.grace)
        spent.left[place] = (lot_id, taken - points)
        draft.take(lot, -points, entry_id=entry_id)
        draft.give(drafted, lot, points=points)
        touched.append((lot, points))
        left -= points
    for lot, points in touched:
        if draft.is_alive(lot):
            draft.fill_debts(drafted, lot)
        else:
            ended.append((lot, points))
    balance = draft.enter(movement, drafted.account, entry_id=entry_id)
    made.append(posted_as(movement, drafted.account, entry_id, balance))
    made += [end_lot(draft, lot, because=wish.source_key, reverses_id=entry_id) for lot, _ in ended]
    expired = sum(points for _, points in ended)
    given = GivenBack(
        entry_id=entry_id, points=wish.points, usable=wish.points - expired, expired=expired
    )
    return given, made


def _revive(draft: Draft, program: Program, lot: LotState, *, grace: Period) -> None:
    """Points of a lot that has ended are good through the last day of the grace, counted from today."""
    if grace.is_zero:
        return
    last = grace.on(local_day(draft.at, program.zone))
    ends = midnight(last + timedelta(days=1), program.zone)
    draft.lot_changes.append((new_id(), lot.id, "grace", lot.expires_at, ends, draft.at))
    lot.expires_at = ends


def _movement(wish: GiveBackWish, account: AccountState) -> Movement:
    return Movement(
        member_id=account.member_id,
        currency_id=account.currency_id,
        voucher_id=account.voucher_id,
        kind=EntryKind.RETURN_SPENT,
        points=wish.points,
        source_key=wish.source_key,
        occurred_at=wish.occurred_at,
        reason=wish.reason,
        event_id=wish.event_id,
        reverses_id=wish.spent_id,
        group_id=wish.group_id,
    )


def _told_again(wish: GiveBackWish, account_id: Id, row: tuple[Id, int, int, int]) -> GivenBack:
    entry_id, _number, points, _balance = row
    if points != wish.points:
        raise EntryConflict(points=points)
    expired: int = run(_EXPIRED, [account_id, entry_id])[0][0]
    return GivenBack(
        entry_id=entry_id, points=points, usable=points - expired, expired=expired, repeated=True
    )


def _read_spent(spent_ids: Sequence[Id]) -> dict[Id, _Spent]:
    spent: dict[Id, _Spent] = {}
    taken: dict[tuple[Id, Id], int] = {}
    for entry_id, account_id, lot_id, points in run(_TAKEN, [list(spent_ids)]):
        spent.setdefault(entry_id, _Spent(account_id))
        taken[entry_id, lot_id] = taken.get((entry_id, lot_id), 0) + points
    for entry_id, lot_id, points in run(_BACK, [list(spent_ids)]):
        taken[entry_id, lot_id] += points
    for (entry_id, lot_id), points in taken.items():
        if points > 0:
            spent[entry_id].left.append((lot_id, points))
    return spent
