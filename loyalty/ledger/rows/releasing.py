"""Releasing: what becomes of a hold's points, and of lots whose end has come."""

from collections.abc import Sequence

from loyalty.foundation.ids import Id, new_id, shown
from loyalty.ledger.kinds import EntryKind, Movement, Posted
from loyalty.ledger.models import Hold
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.moving import move, posted_as
from loyalty.ledger.rows.reading import HoldDraw
from loyalty.ledger.rows.states import LotState


def take_for_hold(draft: Draft, row: Hold) -> None:
    """Set the hold's points aside from the open lots, in spending order. Raises InsufficientPoints."""
    drafted = draft.accounts[row.account_id]
    available = sum(lot.free for lot in drafted.open_lots)
    if available < row.points:
        raise InsufficientPoints(wanted=row.points, available=available)
    left = row.points
    for lot in drafted.open_lots:
        points = min(lot.free, left)
        if points == 0:
            break
        lot.held += points
        draft.take(lot, points, hold_id=row.pk)
        left -= points
    account = drafted.account
    account.available -= row.points
    account.held += row.points
    draft.moved_accounts[account.id] = account
    draft.holds.append(
        (
            *(row.pk, row.program_id, account.id, row.points, 0, str(row.state)),
            *(row.quote_id, "", row.held_at, row.expires_at),
        )
    )


def settle_hold(
    draft: Draft, *, row: Hold, draws: Sequence[HoldDraw], spends: Movement | None = None
) -> list[Posted]:
    """Spend what `spends` says from the earliest lots, give back the rest; answers the entries that this made.

    Given back to a lot that has ended meanwhile, points expire in the same breath (L-22).
    """
    drafted = draft.accounts[row.account_id]
    account = drafted.account
    left = -spends.points if spends else 0
    back: list[LotState] = []
    for draw in draws:
        lot = drafted.lots[draw.lot_id]
        spent = min(left, draw.points)
        left -= spent
        lot.held -= draw.points
        draft.touch(lot)
        if rest := draw.points - spent:
            draft.take(lot, -rest, hold_id=row.pk)
            draft.give(drafted, lot, points=rest)
            back.append(lot)
    account.held -= row.points
    draft.moved_accounts[account.id] = account
    draft.settled_holds.append(
        (row.pk, str(row.state), row.captured, row.order_key, row.settled_at)
    )
    posted = []
    if spends:
        entry_id = new_id()
        balance = draft.enter(spends, account, entry_id=entry_id, hold_id=row.pk)
        posted.append(posted_as(spends, account, entry_id, balance))
    for lot in back:
        if draft.is_alive(lot):
            draft.fill_debts(drafted, lot)
        else:
            posted.append(end_lot(draft, lot, because=row.shown_id))
    return posted


def end_lot(
    draft: Draft,
    lot: LotState,
    *,
    kind: EntryKind = EntryKind.EXPIRE,
    because: str = "",
    reason: str = "",
    note: str = "",
    reverses_id: Id | None = None,
    group_id: Id | None = None,
) -> Posted:
    """One entry over what is free in a lot. `because` sets it apart from the lot's own expiry (L-22)."""
    account = draft.accounts[lot.account_id].account
    # A lot that was revived or moved on ends again: its key names the end.
    end = f"/{int(lot.expires_at.timestamp())}" if lot.expires_at and not because else ""
    key = f"{shown('lot', lot.id)}/{kind.value}{end}"
    movement = Movement(
        member_id=account.member_id,
        currency_id=account.currency_id,
        voucher_id=account.voucher_id,
        kind=kind,
        points=-lot.free,
        source_key=f"{key}/{because}" if because else key,
        occurred_at=lot.expires_at if lot.expires_at and lot.expires_at < draft.at else draft.at,
        reason=reason,
        note=note,
        reverses_id=reverses_id,
        group_id=group_id,
        lot_ids=(lot.id,),
        only_these=True,
    )
    return move(draft, movement, account.id)
