"""Cancelling: a redemption that was not used is undone: voucher, points, stock and limit come back (W-24)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from loyalty.access.approvals.budgets import give_budget_back
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.giving_back import GiveBackWish, GivenBack, give_back
from loyalty.ledger.kinds import EntryKind, Movement
from loyalty.ledger.locks import lock_accounts_of
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import InsufficientPoints
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import Period, local_day
from loyalty.programs.models import PointCurrency, Program
from loyalty.rewards.afterwards.moving import move, offers_for
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.catalogue.stocking import put_back
from loyalty.rewards.kinds import RedemptionState, RewardKind
from loyalty.rewards.models import Redemption, Voucher
from loyalty.rewards.redeeming.telling import cancelled
from loyalty.rewards.refusals import RedemptionNotCancellable, RedemptionUnknown
from loyalty.rewards.undoing.cancelling import cancel as cancel_vouchers

REASON: Final = "cancelled"


@unit_of_work
def cancel(
    *, program: Program, redemption_ids: Sequence[Id], reason: str, actor: Actor, at: datetime
) -> list[Redemption]:
    """Undo these redemptions, all or none; one that is cancelled already is answered again, without effect.

    Members may while their time lasts, everybody else as long as nothing was used. Points return to the exact lots,
    with the grace for those that have ended. Raises RedemptionUnknown, RedemptionNotCancellable.
    """
    told = _mine(program, redemption_ids)
    cards = Voucher.objects.filter(redemption__in=redemption_ids, kind=RewardKind.GIFT_CARD)
    owners = {row.member_id for row in told} | set(cards.values_list("pk", flat=True))
    book = lock_accounts_of(owner_ids=owners)
    rows = [row for row in _mine(program, redemption_ids) if row.state != RedemptionState.CANCELLED]
    for row in rows:
        _refuse(row, actor=actor, at=at)
    undo(program=program, rows=rows, book=book, reason=reason or REASON, actor=actor, at=at)
    by_id = {row.pk: row for row in _mine(program, redemption_ids)}
    return [by_id[each] for each in redemption_ids]


@inside_unit_of_work
def undo(
    *,
    program: Program,
    rows: Sequence[Redemption],
    book: Book,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Undo these redemptions under their members' locks. Raises RedemptionNotCancellable if anything of them was used."""
    if not rows:
        return
    ids = [row.pk for row in rows]
    offers = offers_for(rows)
    _give_budgets_back(program, rows, at=at)
    _give_stock_back(rows)
    done = cancel_vouchers(
        program=program, redemption_ids=ids, reason=reason, actor=actor, at=at, only_whole=True
    )
    if done.blocked:
        raise RedemptionNotCancellable
    _take_exchanges_back(program, rows, offers, book, reason=reason, actor=actor, at=at)
    given = _give_points_back(program, rows, book, reason=reason, actor=actor, at=at)
    moved = move(
        redemption_ids=ids, to=RedemptionState.CANCELLED, actor=actor, at=at, reason=reason
    )
    if len(moved) < len(rows):
        raise RedemptionNotCancellable
    for row in moved:
        if row.pk in given:
            row.points_usable, row.points_expired = given[row.pk].usable, given[row.pk].expired
    Redemption.objects.bulk_update(moved, ["points_usable", "points_expired"])
    announce([cancelled(row, offers[row.pk], at=at) for row in moved])


def _mine(program: Program, redemption_ids: Collection[Id]) -> list[Redemption]:
    found = list(Redemption.objects.filter(program=program, pk__in=redemption_ids).order_by("pk"))
    if len(found) < len(set(redemption_ids)):
        raise RedemptionUnknown
    return found


def _refuse(row: Redemption, *, actor: Actor, at: datetime) -> None:
    is_exchange = row.given_lot_id is not None
    allowed = row.state == RedemptionState.ISSUED or (
        is_exchange and row.state == RedemptionState.FULFILLED
    )
    until = row.member_may_cancel_until
    if actor.kind is ActorKind.MEMBER and (until is None or at >= until):
        allowed = False
    if not allowed:
        raise RedemptionNotCancellable


def _give_stock_back(rows: Sequence[Redemption]) -> None:
    pieces: dict[Id, int] = {}
    for row in rows:
        if row.stock_taken:
            pieces[row.reward_id] = pieces.get(row.reward_id, 0) + row.stock_taken
    put_back(pieces=pieces)


def _take_exchanges_back(
    program: Program,
    rows: Sequence[Redemption],
    offers: dict[Id, Offer],
    book: Book,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """What was credited goes again, from its own lot only: nothing may have been used of it (W-24)."""
    exchanges = [row for row in rows if row.given_lot_id]
    slugs = (
        dict(PointCurrency.objects.filter(program=program).values_list("slug", "pk"))
        if exchanges
        else {}
    )
    movements = [
        Movement(
            member_id=row.member_id,
            currency_id=slugs[offers[row.pk].terms["currency"]],
            kind=EntryKind.RETURN_EARNED,
            points=-offers[row.pk].terms["points"] * row.quantity,
            source_key=f"{row.shown_id}/cancel",
            occurred_at=at,
            reason=reason[:60],
            reverses_id=row.given_entry_id,
            lot_ids=(row.given_lot_id,) if row.given_lot_id else (),
            only_these=True,
        )
        for row in exchanges
    ]
    try:
        post(program=program, movements=movements, actor=actor, at=at, accounts=book)
    except InsufficientPoints as refusal:
        raise RedemptionNotCancellable from refusal


def _give_points_back(
    program: Program,
    rows: Sequence[Redemption],
    book: Book,
    *,
    reason: str,
    actor: Actor,
    at: datetime,
) -> dict[Id, GivenBack]:
    paid = [row for row in rows if row.entry_id]
    wishes = [
        GiveBackWish(
            spent_id=row.entry_id,
            points=row.points,
            source_key=f"{row.shown_id}/cancel",
            occurred_at=at,
            grace=Period.read(program.give_back_grace),
            reason=reason[:60],
            member_id=row.member_id,
        )
        for row in paid
        if row.entry_id
    ]
    given = give_back(program=program, wishes=wishes, actor=actor, at=at, accounts=book)
    return {row.pk: each for row, each in zip(paid, given, strict=True)}


def _give_budgets_back(program: Program, rows: Sequence[Redemption], *, at: datetime) -> None:
    """What a person or a key gave and took back on the same day may be given again (W-73)."""
    today = local_day(at, program.zone)
    for row in rows:
        if row.worth and row.actor_id and row.day == today:
            giver = Actor(kind=ActorKind(row.actor_kind), id=row.actor_id)
            give_budget_back(program=program, actor=giver, points=row.worth, day=today)
