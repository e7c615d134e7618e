"""Moving: what one movement does to a draft. Refuses before it drafts anything."""

from bisect import insort

from loyalty.foundation.ids import Id, new_id
from loyalty.ledger.kinds import (
    AT_ONCE,
    CREDITS,
    MAY_OWE,
    NEEDS_SPENDABLE,
    POINTS_PER_MOVEMENT_MAX,
    POINTS_PER_PART_MAX,
    Movement,
    Posted,
    Taken,
)
from loyalty.ledger.refusals import (
    AccountClosed,
    AmountOutOfRange,
    CurrencyNotSpendable,
    InsufficientPoints,
)
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.states import AccountState, Drafted, LotState


def move(draft: Draft, movement: Movement, account_id: Id) -> Posted:
    """Draft one movement; raises a refusal before anything of it is drafted."""
    drafted = draft.accounts[account_id]
    refuse_what_may_not_move(movement, drafted.account)
    if movement.kind in CREDITS:
        return _credit(draft, movement, drafted)
    return _debit(draft, movement, drafted)


def refuse_what_may_not_move(movement: Movement, account: AccountState) -> None:
    """Raises AmountOutOfRange, AccountClosed or CurrencyNotSpendable."""
    points = abs(movement.points)
    assert (movement.points > 0) == (movement.kind in CREDITS), f"{movement.kind} has one sign"
    if not 1 <= points <= POINTS_PER_MOVEMENT_MAX:
        raise AmountOutOfRange(points=movement.points)
    if account.is_closed:
        raise AccountClosed
    if movement.kind in NEEDS_SPENDABLE and not account.is_spendable:
        raise CurrencyNotSpendable
    if movement.kind in CREDITS:
        room = POINTS_PER_PART_MAX - max(account.available, account.pending)
        if points > room:
            raise AmountOutOfRange(points=movement.points)


def _credit(draft: Draft, movement: Movement, drafted: Drafted) -> Posted:
    account, entry_id = drafted.account, new_id()
    lot_ids = []
    for size, terms in movement.lots or ((movement.points, movement.terms or AT_ONCE),):
        lot = draft.add_lot(drafted, entry_id=entry_id, size=size, terms=terms)
        draft.give(drafted, lot, points=size)
        draft.fill_debts(drafted, lot)
        lot_ids.append(lot.id)
        if draft.is_open(lot):
            insort(drafted.open_lots, lot, key=lambda each: each.order)
    balance = draft.enter(movement, account, entry_id=entry_id)
    return posted_as(movement, account, entry_id, balance, lot_ids=tuple(lot_ids))


def _debit(draft: Draft, movement: Movement, drafted: Drafted) -> Posted:
    account, wanted, entry_id = drafted.account, -movement.points, new_id()
    sources = _sources(movement, drafted)
    available = sum(lot.free for lot in sources)
    may_owe = movement.may_owe and movement.kind in MAY_OWE and account.is_spendable
    if available < wanted and not may_owe:
        raise InsufficientPoints(wanted=wanted, available=available)
    if account.negative + wanted - available > POINTS_PER_PART_MAX:
        raise AmountOutOfRange(points=movement.points)
    taken = []
    left = wanted
    for lot in sources:
        if left == 0:
            break
        points = min(lot.free, left)
        left -= points
        draft.give(drafted, lot, points=-points)
        taken.append(draft.take(lot, points, entry_id=entry_id))
    drafted.open_lots = [lot for lot in drafted.open_lots if lot.free > 0]
    if left:
        draft.owe(drafted, left, entry_id=entry_id)
    balance = draft.enter(movement, account, entry_id=entry_id)
    return posted_as(movement, account, entry_id, balance, taken=tuple(taken), owed=left)


def _sources(movement: Movement, drafted: Drafted) -> list[LotState]:
    """The lots to take from, in order: the named ones, then the open ones (L-14)."""
    named = [drafted.lots[lot_id] for lot_id in movement.lot_ids if lot_id in drafted.lots]
    named = [lot for lot in named if lot.free > 0]
    if movement.only_these:
        return named
    if not named:
        return drafted.open_lots
    return named + [lot for lot in drafted.open_lots if lot.id not in movement.lot_ids]


def posted_as(
    movement: Movement,
    account: AccountState,
    entry_id: Id,
    balance: int,
    *,
    lot_ids: tuple[Id, ...] = (),
    taken: tuple[Taken, ...] = (),
    owed: int = 0,
) -> Posted:
    """What the caller hears of an entry that was just drafted."""
    return Posted(
        movement=movement,
        entry_id=entry_id,
        account_id=account.id,
        number=account.last_number,
        points=movement.points,
        balance_after=balance,
        owed=owed,
        lot_ids=lot_ids,
        taken=taken,
    )
