"""Passing: the way of told events through one unit of work. Lock, read, decide, write, announce."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from loyalty.earning.kinds import Rewarded
from loyalty.earning.rewarding import reward
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.undoing.answering import answer_of as allocation_of
from loyalty.earning.undoing.taking_back import settle
from loyalty.events.answering import Balances, answer_of, answer_of_waiting, answer_to_return
from loyalty.events.intake import looking_up, meeting, refusing, returning
from loyalty.events.intake.items import Item, KnownOrder, items_of
from loyalty.events.intake.keeping import (
    KeptEvent,
    PaidOrder,
    keep_events,
    keep_orders,
    note_returned,
    recorded,
)
from loyalty.events.intake.paying import Payments
from loyalty.events.intake.returning import Fold, fulfilled_by, return_told, rounds_of
from loyalty.events.intake.telling import Heard, know_persons, told_to_rules
from loyalty.events.kinds import ORDER_PAID, RETURNS, Outcome, ToldEvent
from loyalty.events.purchases.cancelling import release_held_for
from loyalty.events.purchases.quotes import NamedQuotes
from loyalty.events.purchases.settled import fact_of
from loyalty.events.welcoming import meet_members
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.models import Program
from loyalty.programs.rates import Rates
from loyalty.tiers.book import open_book


class Intake:
    """One unit of work's way through the beats."""

    def __init__(self, *, program: Program, actor: Actor, at: datetime, is_import: bool) -> None:
        self.program, self.actor, self.at, self.is_import = program, actor, at, is_import
        self.rules: RuleSet = rule_set_of(program)
        self.rates = Rates(program)

    @inside_unit_of_work
    def take(self, told: Sequence[ToldEvent]) -> list[Outcome]:
        """Take these in; one outcome per event, in order."""
        self.kept: list[KeptEvent] = []
        self.facts: list[Fact] = []
        items = items_of(program=self.program, told=told, at=self.at)
        refusing.refuse_untimely(items, program=self.program, at=self.at, is_import=self.is_import)
        refusing.refuse_wrong_orders(items, program=self.program, rates=self.rates)
        meet_members(items, program=self.program, at=self.at)
        self.balances = self._lock(items)
        sequence = self._meet_known(items)
        for each in rounds_of(sequence):
            self._judge(each.judged)
            self._settle(each.returned)
        if self.kept:
            keep_events(program=self.program, events=self.kept, at=self.at)
            announce(
                [
                    *recorded(self.kept, program=self.program, at=self.at, imported=self.is_import),
                    *self.facts,
                ]
            )
        meeting.settle_repeats(items)
        outcomes = {item.place: item.outcome for item in items}
        return [outcome for place in range(len(told)) if (outcome := outcomes[place])]

    def _lock(self, items: Sequence[Item]) -> Balances:
        """Hold the accounts of everybody concerned, so that nobody else judges them meanwhile."""
        member_ids = {item.member_id for item in items if item.outcome is None}
        if not member_ids:
            return Balances({}, {})
        currencies = {terms.id: slug for slug, terms in self.rules.currencies.items()}
        book = lock_accounts(
            program=self.program, member_ids=member_ids, currency_ids=currencies, at=self.at
        )
        return Balances(book, currencies)

    def _meet_known(self, items: Sequence[Item]) -> list[Item]:
        """Sort replays out, under the lock; answers what is fresh, in the order in which it applies."""
        asking = [item for item in items if item.outcome is None]
        know_persons(asking)
        events = looking_up.known_events(program=self.program, items=asking)
        orders = looking_up.known_orders(program=self.program, items=asking)
        meeting.meet_known(items, events=events, orders=orders)
        meeting.meet_each_other(items)
        fresh = [item for item in items if item.is_fresh]
        paid = [item for item in fresh if item.told.type == ORDER_PAID]
        waiting = looking_up.waiting_for(program=self.program, orders=paid)
        sequence = returning.join_waiting(returning.in_sequence(fresh, orders=orders), waiting)
        self._fold(sequence, orders=orders)
        return returning.refuse_excess(sequence, folds=self.folds, program=self.program)

    def _fold(self, sequence: Sequence[Item], *, orders: dict[bytes, KnownOrder]) -> None:
        """Know every order that these events concern: its row's id, its returns, and what points paid of it."""
        paid = [item for item in sequence if item.told.type == ORDER_PAID]
        wanted = {
            item.order_digest: orders[item.order_digest]
            for item in sequence
            if item.told.type in RETURNS and item.order_digest in orders
        }
        self.payments = Payments(
            self.program,
            [
                *((item.member_id, item.told.data["order_id"]) for item in paid),
                *((order.member_id, order.data["order_id"]) for order in wanted.values()),
            ],
        )
        earlier = looking_up.returns_of([o.id for o in wanted.values()]) if wanted else {}
        self.order_ids = {digest: order.id for digest, order in orders.items()}
        self.folds: dict[bytes, Fold] = {
            digest: returning.fold_of_known(
                order, earlier=earlier.get(order.id, ()), payments=self.payments
            )
            for digest, order in orders.items()
            if digest in wanted or any(item.order_digest == digest for item in sequence)
        }
        self.quotes = NamedQuotes(program=self.program, rules=self.rules, paid=paid)
        self.paid = {item.place: self._paid(item, 0) for item in paid}
        for order in self.paid.values():
            assert order.item.order_digest is not None
            self.order_ids[order.item.order_digest] = order.id
            self.folds[order.item.order_digest] = returning.fold_of_paid(
                order, payments=self.payments
            )

    def _paid(self, item: Item, number: int) -> PaidOrder:
        rate = self.rates.at(currency=item.told.data["currency"], at=item.at)
        quoted = self.quotes.rate_for(item)
        return PaidOrder(item, new_id(), number, quoted or f"{rate.normalize():f}")

    def _judge(self, items: Sequence[Item]) -> None:
        """Reward what rules look at; what waits for its order only stands by."""
        judged = [item for item in items if not item.is_waiting]
        paid = self._numbered([item for item in judged if item.place in self.paid])
        rewarded: list[Rewarded] = []
        if judged:
            rewarded = reward(
                program=self.program,
                told=told_to_rules(
                    judged,
                    paid=paid,
                    paid_with_points=self._paid_with_points(paid),
                    heard=Heard(
                        done_types=self.rules.done_types,
                        is_import=self.is_import,
                        orders=fulfilled_by(judged, folds=self.folds),
                        quotes=self.quotes.by_place,
                    ),
                ),
                accounts=self.balances.book,
                actor=self.actor,
                at=self.at,
                rules=self.rules,
            )
            self.quotes.note(judged, at=self.at)
        answers = iter(rewarded)
        for item in items:
            if item.is_waiting:
                self._keep(item, answer_of_waiting(item, balances=self.balances))
            else:
                self._keep(item, answer_of(item, rewarded=next(answers), balances=self.balances))
        keep_orders(program=self.program, orders=list(paid.values()))

    def _numbered(self, items: Sequence[Item]) -> dict[int, PaidOrder]:
        """These paid orders with their numbers (E-26)."""
        numbers = looking_up.order_numbers(items)
        return {
            item.place: replace(self.paid[item.place], number=numbers[item.place]) for item in items
        }

    def _paid_with_points(self, paid: dict[int, PaidOrder]) -> dict[int, int]:
        spent = {
            place: self.folds[order.item.order_digest].spent
            for place, order in paid.items()
            if order.item.order_digest
        }
        return {place: sum(s.value for s in each) for place, each in spent.items() if each}

    def _settle(self, items: Sequence[Item]) -> None:
        """Settle returns, one per member; the next events of those members are judged after it (T-12)."""
        if not items:
            return
        folds = [self.folds[item.order_digest] for item in items if item.order_digest]
        before = self._tiers(items)
        release_held_for(
            items,
            folds,
            program=self.program,
            accounts=self.balances.book,
            actor=self.actor,
            at=self.at,
        )
        settled = settle(
            program=self.program,
            orders=[
                fold.with_fresh(return_told(item)) for item, fold in zip(items, folds, strict=True)
            ],
            actor=self.actor,
            at=self.at,
            accounts=self.balances.book,
            rules=self.rules,
        )
        after = self._tiers(items)
        self.balances.read_again({item.member_id for item in items})
        for item, fold, each in zip(items, folds, settled, strict=True):
            fold.earlier.append(return_told(item))
            allocation = allocation_of(each, currencies=self.balances.currencies)
            tiers = (before.get(item.member_id), after.get(item.member_id))
            answer = answer_to_return(
                item, allocation=allocation, tiers=tiers, balances=self.balances
            )
            self._keep(item, answer)
            self.facts.append(
                fact_of(
                    each,
                    program=self.program,
                    order_id=fold.order_id,
                    member_id=item.member_id,
                    at=self.at,
                )
            )
        note_returned(
            {
                fold.order_id: (int(each.folded.left.returned), each.folded.left.is_nothing)
                for fold, each in zip(folds, settled, strict=True)
            }
        )

    def _tiers(self, items: Sequence[Item]) -> dict[Id, str]:
        book = open_book(
            program=self.program, member_ids={item.member_id for item in items}, at=self.at
        )
        tiers = {item.member_id: book.tier_at(item.member_id, self.at) for item in items}
        return {member_id: tier.slug for member_id, tier in tiers.items() if tier}

    def _keep(self, item: Item, answer: dict[str, Any]) -> None:
        order_id = self.order_ids.get(item.order_digest) if item.order_digest else None
        item.outcome = Outcome(event_id=item.event_id, answer=answer)
        self.kept.append(KeptEvent(item, order_id, answer))
