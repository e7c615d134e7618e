"""Giving back: points that paid for what was returned go back to the lots they came from (L-41, E-64).

After a merge those lots belong to a member who is gone: the survivor gets new ones like them (L-52).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import WITHDRAWN, EntryKind, LotTerms, Movement, Posted, Purse
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.posting import earlier_of, fact_of, slot_of
from loyalty.ledger.refusals import AmountOutOfRange, EntryConflict
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.moving import posted_as, refuse_what_may_not_move
from loyalty.ledger.rows.reading import read_debts, read_lots
from loyalty.ledger.rows.releasing import end_lot
from loyalty.ledger.rows.spent import Spent, read_spent
from loyalty.ledger.rows.states import AccountState, Book, Drafted, LotState
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import Period, local_day, midnight
from loyalty.programs.models import Program

NO_GRACE: Final = Period()


@dataclass(frozen=True, kw_only=True, slots=True)
class GiveBackWish:
    """Points to give back of one entry that spent or redeemed (`spent_id`), once per `source_key`.

    `member_id` names who answers today for the member that spent, once merged.
    """

    spent_id: Id
    points: int
    source_key: str
    occurred_at: datetime
    grace: Period = NO_GRACE
    reason: str = ""
    event_id: Id | None = None
    group_id: Id | None = None
    member_id: Id | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenBack:
    """How many came back usable (debts filled included), and how many to lots that had ended."""

    entry_id: Id
    points: int
    usable: int
    expired: int
    repeated: bool = False


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
    spent_ids = [wish.spent_id for wish in wishes]
    spent = read_spent(spent_ids)
    if accounts is None:
        accounts = lock_accounts_of(owner_ids={_purse(wish, spent)[0] for wish in wishes})
        spent = read_spent(spent_ids)
    mine = [accounts[_purse(wish, spent)] for wish in wishes]
    draft = Draft(actor=actor, at=at, reason=WITHDRAWN if actor.kind is ActorKind.STAFF else "")
    lots = read_lots(
        wanted={}, named=[lot for each in spent.values() for lot, _ in each.left], at=at
    )
    own = {each.id for each in mine}
    draft.know(
        mine,
        lots=[lot for lot in lots if lot.account_id in own],
        debts=read_debts(account_ids=[each.id for each in mine if each.negative]),
    )
    movements = [_movement(wish, account) for wish, account in zip(wishes, mine, strict=True)]
    slots = [(account.id, slot_of(m)) for account, m in zip(mine, movements, strict=True)]
    known = {lot.id: lot for lot in lots}
    earlier = earlier_of(slots)
    told, posted = [], []
    for wish, movement, slot in zip(wishes, movements, slots, strict=True):
        if slot in earlier:
            told.append(_told_again(wish, slot[0], earlier[slot]))
            continue
        given, made = _give(draft, program, spent[wish.spent_id], known, wish, movement, slot[0])
        told.append(given)
        posted += made
    write(draft.rows())
    announce([fact_of(each, program=program, at=at) for each in posted if each.movement.member_id])
    return told


def _give(
    draft: Draft,
    program: Program,
    spent: Spent,
    known: Mapping[Id, LotState],
    wish: GiveBackWish,
    movement: Movement,
    account_id: Id,
) -> tuple[GivenBack, list[Posted]]:
    drafted = draft.accounts[account_id]
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
        spent.left[place] = (lot_id, taken - points)
        lot = known[lot_id]
        if lot.account_id == account_id:
            made += _awaken(draft, program, lot, grace=wish.grace)
            draft.take(lot, -points, entry_id=entry_id)
        else:
            lot = _like(draft, program, drafted, lot, points, entry_id=entry_id, grace=wish.grace)
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


def _like(
    draft: Draft,
    program: Program,
    drafted: Drafted,
    lot: LotState,
    points: int,
    *,
    entry_id: Id,
    grace: Period,
) -> LotState:
    """A new lot with the worth, origin and end of one of a member who is gone."""
    ends = lot.expires_at if draft.is_alive(lot) else _grace_ends(draft, program, lot, grace=grace)
    terms = LotTerms(expires_at=ends, policy=lot.terms, origin=lot.origin, worth=lot.worth)
    return draft.add_lot(drafted, entry_id=entry_id, size=points, terms=terms)


def _awaken(draft: Draft, program: Program, lot: LotState, *, grace: Period) -> list[Posted]:
    """A lot that has ended: what is left of it ends, and what comes back is good through the last day of the grace."""
    if draft.is_alive(lot):
        return []
    made = [end_lot(draft, lot)] if lot.free else []
    ends = _grace_ends(draft, program, lot, grace=grace)
    if ends != lot.expires_at:
        draft.lot_changes.append((new_id(), lot.id, "grace", lot.expires_at, ends, draft.at))
        lot.expires_at = ends
    return made


def _grace_ends(draft: Draft, program: Program, lot: LotState, *, grace: Period) -> datetime | None:
    """The end of the grace, counted from today; without a grace the old end stands."""
    if grace.is_zero:
        return lot.expires_at
    last = grace.on(local_day(draft.at, program.zone))
    return midnight(last + timedelta(days=1), program.zone)


def _purse(wish: GiveBackWish, spent: Mapping[Id, Spent]) -> Purse:
    """Whose account gets the points: the one that spent, or the survivor's in the same currency."""
    owner_id, currency_id = spent[wish.spent_id].purse
    return wish.member_id if wish.member_id and currency_id else owner_id, currency_id


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
