"""Returning: returns meet their orders, those that ask too much are refused, the others are settled (E-60 to E-67)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import MemberFacts, OrderFacts, Told
from loyalty.earning.settling.orders import Bought, Folded, ReturnTold, SpentOn
from loyalty.earning.settling.returning import check_return
from loyalty.events.intake.items import Item, KnownOrder
from loyalty.events.intake.keeping import PaidOrder
from loyalty.events.intake.paying import Payments
from loyalty.events.kinds import OF_AN_ORDER, ORDER_FULFILLED, ORDER_PAID, RETURNS
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.members.finding import survivor_of
from loyalty.programs.models import Program


class OrderOfAnother(DomainError):
    """The order was paid by another member than the one who is said to return it."""

    code = "order_of_another_member"
    kind = Kind.REFUSED
    title = _("Another member's order")
    detail = _("This order belongs to another member.")


class CurrencyMismatch(DomainError):
    """A return is told in the money of its order (E-70)."""

    code = "currency_mismatch"
    kind = Kind.REFUSED
    title = _("Another currency")
    detail = _("The order was paid in {currency}.")


@dataclass(slots=True)
class Fold:
    """An order with its returns, as this unit sees it: kept before, or told in the same list."""

    order_id: Id
    told: Told
    spent: tuple[SpentOn, ...] = ()
    earlier: list[ReturnTold] = field(default_factory=list)

    def as_it_stands(self) -> Bought:
        """The order with the returns that are settled, and nothing new."""
        return Bought(told=self.told, earlier=tuple(self.earlier), spent=self.spent)

    def with_fresh(self, fresh: ReturnTold) -> Bought:
        """The order as settling wants it, with one more return."""
        return Bought(told=self.told, earlier=tuple(self.earlier), fresh=(fresh,), spent=self.spent)


@dataclass(slots=True)
class Round:
    """Items that go together: what is judged first, then at most one return per member."""

    judged: list[Item] = field(default_factory=list)
    returned: list[Item] = field(default_factory=list)


def in_sequence(fresh: Sequence[Item], *, orders: Mapping[bytes, KnownOrder]) -> list[Item]:
    """The items in the order in which they apply: what belongs to an order comes after it, or waits for it."""
    paid = {item.order_digest for item in fresh if item.told.type == ORDER_PAID}
    passed: set[bytes | None] = set()
    early: dict[bytes | None, list[Item]] = {}
    sequence: list[Item] = []
    for item in fresh:
        digest = item.order_digest
        if item.told.type in OF_AN_ORDER and digest not in orders and digest not in passed:
            if digest in paid:
                early.setdefault(digest, []).append(item)
                continue
            item.is_waiting = True
        sequence.append(item)
        if item.told.type == ORDER_PAID:
            passed.add(digest)
            sequence.extend(early.pop(digest, ()))
    return sequence


def join_waiting(sequence: Sequence[Item], waiting: Sequence[Item]) -> list[Item]:
    """Put what waited for these orders behind them, by time (E-67)."""
    if not waiting:
        return list(sequence)
    joined: list[Item] = []
    for item in sequence:
        joined.append(item)
        if item.told.type == ORDER_PAID:
            joined.extend(each for each in waiting if each.order_digest == item.order_digest)
    return joined


def fold_of_known(order: KnownOrder, *, earlier: Sequence[ReturnTold], payments: Payments) -> Fold:
    """An order that is kept already."""
    data = order.data
    return Fold(
        order_id=order.id,
        told=_told(order.event.id, order.member_id, order.paid_at, data, _facts(order, data)),
        spent=payments.of(
            order.member_id, data["order_id"], currency=data["currency"], rate=order.rate
        ),
        earlier=list(earlier),
    )


def fold_of_paid(order: PaidOrder, *, payments: Payments) -> Fold:
    """An order that is told in this unit."""
    item, data = order.item, order.item.told.data
    return Fold(
        order_id=order.id,
        told=_told(item.event_id, item.member_id, item.at, data, _facts(order, data)),
        spent=payments.of(
            item.member_id, data["order_id"], currency=data["currency"], rate=order.rate
        ),
    )


def refuse_excess(
    sequence: Iterable[Item], *, folds: Mapping[bytes, Fold], program: Program
) -> list[Item]:
    """Refuse returns of more than is left, of strange lines, in other money, by other members (E-66).

    What waited and turns out too much goes on waiting, for staff to see. Answers the others, in order.
    """
    folded: dict[bytes, Folded] = {}
    going: list[Item] = []
    for item in sequence:
        fold = folds.get(item.order_digest) if item.order_digest else None
        if item.is_waiting or fold is None or item.told.type not in OF_AN_ORDER:
            going.append(item)
            continue
        assert item.order_digest is not None
        try:
            _refuse_strange(item, fold)
            if item.told.type in RETURNS:
                if item.order_digest not in folded:
                    bought = Bought(told=fold.told, earlier=tuple(fold.earlier))
                    folded[item.order_digest] = Folded(
                        bought, prices_include_tax=program.prices_include_tax
                    )
                _fold_in(folded[item.order_digest], return_told(item))
            going.append(item)
        except DomainError as refusal:
            if not item.was_waiting:
                item.refuse(refusal)
    return going


def fulfilled_by(items: Iterable[Item], *, folds: Mapping[bytes, Fold]) -> dict[int, Id]:
    """Which event told of the order that each of these items says was fulfilled, by place (E-55)."""
    return {
        item.place: folds[item.order_digest].told.event_id
        for item in items
        if item.told.type == ORDER_FULFILLED and item.order_digest and item.order_digest in folds
    }


def return_told(item: Item) -> ReturnTold:
    """The return in this event."""
    return ReturnTold(
        event_id=item.event_id, type=item.told.type, occurred_at=item.at, data=item.told.data
    )


def _refuse_strange(item: Item, fold: Fold) -> None:
    _let_survivor_answer(item, fold)
    paid_in = fold.told.data["currency"]
    if item.told.data.get("currency", paid_in) != paid_in:
        raise CurrencyMismatch(pointer="/data/currency", currency=paid_in)


def _let_survivor_answer(item: Item, fold: Fold) -> None:
    """After a merge the survivor returns what the other bought, and gets back what that account paid (L-52)."""
    if fold.told.member.id == item.member_id:
        return
    if survivor_of(fold.told.member.id) != item.member_id:
        raise OrderOfAnother(pointer="/member")
    answer_for(fold, member_id=item.member_id)


def answer_for(fold: Fold, *, member_id: Id) -> None:
    """Let this member answer for the order, from its own accounts."""
    fold.told = replace(fold.told, member=replace(fold.told.member, id=member_id))


def _fold_in(folded: Folded, told: ReturnTold) -> None:
    returned = folded.read(told)
    check_return(folded.order, folded.gross, before=folded.returns, told=returned)
    folded.returns.append(returned)


def _facts(order: KnownOrder | PaidOrder, data: Mapping[str, Any]) -> OrderFacts:
    return OrderFacts(
        order_row_id=order.id,
        number=order.number,
        currency=data["currency"],
        rate=order.rate,
        goods=order.goods if isinstance(order, KnownOrder) else None,
    )


def _told(
    event_id: Id, member_id: Id, at: datetime, data: Mapping[str, Any], order: OrderFacts
) -> Told:
    """The order as it was judged. What was known of the member then stands in the kept explanation (E-61)."""
    return Told(
        event_id=event_id,
        type=ORDER_PAID,
        member=MemberFacts(id=member_id, joined_at=at),
        occurred_at=at,
        data=data,
        order=order,
    )


def rounds_of(sequence: Sequence[Item]) -> list[Round]:
    """Cut the sequence so that each member's events keep their order; without returns it is one round."""
    rounds: list[Round] = []
    turn: dict[Id, int] = {}
    for item in sequence:
        place = turn.setdefault(item.member_id, 0)
        while len(rounds) <= place:
            rounds.append(Round())
        if item.told.type in RETURNS and not item.is_waiting:
            rounds[place].returned.append(item)
            turn[item.member_id] = place + 1
        else:
            rounds[place].judged.append(item)
    return rounds
