"""Holding: points set aside for a purchase, until they are captured, released, or their end comes (L-30 to L-32)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.facts import HoldEnded
from loyalty.ledger.kinds import (
    POINTS_PER_MOVEMENT_MAX,
    EntryKind,
    HoldState,
    Movement,
    Purse,
)
from loyalty.ledger.locks import by_id, lock_accounts_by_id, lock_accounts_of
from loyalty.ledger.models import Hold
from loyalty.ledger.posting import fact_of
from loyalty.ledger.refusals import (
    AccountClosed,
    AmountOutOfRange,
    CurrencyNotSpendable,
    HoldExpired,
    HoldNotHeld,
    InsufficientPoints,
    TooManyHolds,
)
from loyalty.ledger.rows.drafting import Draft
from loyalty.ledger.rows.reading import read_debts, read_hold_draws, read_lots
from loyalty.ledger.rows.releasing import settle_hold, take_for_hold
from loyalty.ledger.rows.states import AccountState
from loyalty.ledger.rows.writing import write
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.models import Program

HOLDS_PER_MEMBER_MAX: Final = 20
HOLD_LASTS: Final = timedelta(minutes=15)
HOLD_LASTS_MAX: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What shall be set aside: how many points of which account, how long, and for which quote."""

    purse: Purse
    points: int
    lasts: timedelta = HOLD_LASTS
    quote_id: Id | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """For which order a hold is captured, and how much of it (all, if not told)."""

    order_key: str
    points: int | None = None
    kind: EntryKind = EntryKind.SPEND
    event_id: Id | None = None
    reason: str = ""


@unit_of_work
def hold(*, program: Program, wish: Wish, actor: Actor, at: datetime) -> Hold:
    """Set these points aside. Raises InsufficientPoints, TooManyHolds, CurrencyNotSpendable, AmountOutOfRange."""
    return set_aside(program=program, wish=wish, actor=actor, at=at)


@unit_of_work
def capture(*, program: Program, hold_id: Id, how: Capture, actor: Actor, at: datetime) -> Hold:
    """Spend what the hold set aside, for this order; the same order again answers the same (L-30).

    With fewer points the rest is released. Raises HoldNotHeld, HoldExpired, AmountOutOfRange, NotFound.
    """
    return capture_held(program=program, hold_id=hold_id, how=how, actor=actor, at=at)


@unit_of_work
def release(*, program: Program, hold_id: Id, actor: Actor, at: datetime) -> Hold:
    """Give back what the hold set aside; again: the same answer. Raises HoldNotHeld once captured, NotFound."""
    return release_held(program=program, hold_id=hold_id, actor=actor, at=at)


@inside_unit_of_work
def set_aside(*, program: Program, wish: Wish, actor: Actor, at: datetime) -> Hold:
    """The step behind `hold`, for units that do more."""
    if not 1 <= wish.points <= POINTS_PER_MOVEMENT_MAX:
        raise AmountOutOfRange(points=wish.points)
    book = lock_accounts_of(owner_ids=[wish.purse[0]])
    account = book.get(wish.purse)
    if account is None:
        raise InsufficientPoints(wanted=wish.points, available=0)
    _refuse_what_may_not_hold(account, [state.id for state in book.values()])
    draft = Draft(actor=actor, at=at)
    draft.know([account], lots=read_lots(wanted={account.id: wish.points}, named=[], at=at))
    row = Hold(
        program=program,
        account_id=account.id,
        points=wish.points,
        quote_id=wish.quote_id,
        held_at=at,
        expires_at=at + min(wish.lasts, HOLD_LASTS_MAX),
    )
    take_for_hold(draft, row)
    write(draft.rows())
    return row


@inside_unit_of_work
def capture_held(
    *, program: Program, hold_id: Id, how: Capture, actor: Actor, at: datetime
) -> Hold:
    """The step behind `capture`, for units that do more."""
    row, account = _locked(program, hold_id)
    if row.state == HoldState.CAPTURED and row.order_key == how.order_key:
        return row
    _refuse_what_is_over(row, at)
    points = row.points if how.points is None else how.points
    if not 1 <= points <= row.points:
        raise AmountOutOfRange(points=points)
    spends = Movement(
        member_id=account.member_id,
        currency_id=account.currency_id,
        voucher_id=account.voucher_id,
        kind=how.kind,
        points=-points,
        source_key=row.shown_id,
        occurred_at=at,
        event_id=how.event_id,
        reason=how.reason,
    )
    row.state, row.captured, row.order_key = HoldState.CAPTURED, points, how.order_key
    settle_holds(program, [row], {account.id: account}, spends=spends, actor=actor, at=at)
    return row


@inside_unit_of_work
def release_held(*, program: Program, hold_id: Id, actor: Actor, at: datetime) -> Hold:
    """The step behind `release`, for units that do more."""
    row, account = _locked(program, hold_id)
    if row.state in {HoldState.RELEASED, HoldState.EXPIRED}:
        return row
    if row.state == HoldState.CAPTURED:
        raise HoldNotHeld(state=HoldState(row.state))
    row.state = HoldState.RELEASED if at < row.expires_at else HoldState.EXPIRED
    settle_holds(program, [row], {account.id: account}, actor=actor, at=at)
    return row


@inside_unit_of_work
def settle_holds(
    program: Program,
    rows: list[Hold],
    accounts: dict[Id, AccountState],
    *,
    spends: Movement | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Write what became of these holds, whose accounts are locked: their state is set, their points are not moved yet."""
    draws = read_hold_draws(hold_ids=[row.pk for row in rows])
    draft = Draft(actor=actor, at=at)
    draft.know(
        accounts.values(),
        lots=read_lots(wanted={}, named=[draw.lot_id for draw in draws], at=at),
        debts=read_debts(account_ids=[each.id for each in accounts.values() if each.negative]),
    )
    told: list[Fact] = []
    for row in rows:
        row.settled_at = at
        account = accounts[row.account_id]
        posted = settle_hold(
            draft, row=row, draws=[draw for draw in draws if draw.hold_id == row.pk], spends=spends
        )
        told += [fact_of(each, program=program, at=at) for each in posted if account.member_id]
        told.append(_end_of(row, account))
    write(draft.rows())
    announce(told)


def _end_of(row: Hold, account: AccountState) -> HoldEnded:
    assert row.settled_at is not None
    return HoldEnded(
        program_id=account.program_id,
        member_id=account.member_id,
        at=row.settled_at,
        hold_id=row.pk,
        currency_id=account.currency_id,
        state=row.state,
        points=row.points,
        captured=row.captured,
    )


def _locked(program: Program, hold_id: Id) -> tuple[Hold, AccountState]:
    """The hold as it stands under its account's lock."""
    mine = Hold.objects.filter(program=program, pk=hold_id).select_related("account")
    account_id = mine.values_list("account_id", flat=True).first()
    if account_id is None:
        raise NotFound
    book = lock_accounts_by_id(account_ids=[account_id])
    return mine.get(), by_id(book)[account_id]


def _refuse_what_may_not_hold(account: AccountState, account_ids: list[Id]) -> None:
    if account.is_closed:
        raise AccountClosed
    if not account.is_spendable:
        raise CurrencyNotSpendable
    holds = Hold.objects.filter(account__in=account_ids, state=HoldState.HELD).count()
    if account.member_id and holds >= HOLDS_PER_MEMBER_MAX:
        raise TooManyHolds(limit=HOLDS_PER_MEMBER_MAX)


def _refuse_what_is_over(row: Hold, at: datetime) -> None:
    """The instant decides, not the job that ends holds."""
    if row.state in {HoldState.CAPTURED, HoldState.RELEASED}:
        raise HoldNotHeld(state=HoldState(row.state))
    if row.state == HoldState.EXPIRED or at >= row.expires_at:
        raise HoldExpired
