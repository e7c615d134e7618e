"""Taking in: events become kept rows, points and answers, as one unit of work (E-1 to E-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from loyalty.earning.kinds import MemberFacts, OrderFacts, Rewarded, Told
from loyalty.earning.rewarding import reward
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.events import looking_up, sorting
from loyalty.events.answering import Balances, answer_of
from loyalty.events.facts import EventRecorded
from loyalty.events.keeping import KeptEvent, PaidOrder, keep_events, keep_orders
from loyalty.events.kinds import EVENTS_MAX, ORDER_PAID, Outcome, ToldEvent
from loyalty.events.sorting import Item
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.locks import lock_accounts
from loyalty.members.enrolling import enrol_missing
from loyalty.members.finding import EXTERNAL, Found, find_members
from loyalty.members.segmenting import segments_at_instants
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.programs.rates import Rates

TRIES: Final = 2  # a lost race for a key is seen as a replay the second time


class TooManyEvents(DomainError):
    """One call takes at most a thousand events; send several calls."""

    code = "too_many_events"
    kind = Kind.TOO_LARGE
    title = _("Too many events")
    detail = _("At most {most} events at once.")


@unit_of_work
def take_in(
    *,
    program: Program,
    told: Sequence[ToldEvent | DomainError],
    actor: Actor,
    at: datetime,
    is_import: bool = False,
) -> list[Outcome]:
    """Take these events in, each once; answers one outcome per event, in order.

    Refused events stand in the answer and leave no trace; what could not be read comes in as its refusal and goes out
    as it. As many statements for one as for a thousand. Should the database refuse the list, its events are taken one
    at a time.
    """
    if len(told) > EVENTS_MAX:
        raise TooManyEvents(most=EVENTS_MAX)
    outcomes = [Outcome(refusal=each) if isinstance(each, DomainError) else None for each in told]
    events = [each for each in told if isinstance(each, ToldEvent)]
    if events:
        taken = iter(_taken(program=program, told=events, actor=actor, at=at, is_import=is_import))
        outcomes = [outcome or next(taken) for outcome in outcomes]
    return [outcome for outcome in outcomes if outcome is not None]


@unit_of_work
def take_in_one(*, program: Program, told: ToldEvent, actor: Actor, at: datetime) -> Outcome:
    """Take one event in, or raise its refusal."""
    (outcome,) = take_in.step(program=program, told=[told], actor=actor, at=at)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _taken(
    *, program: Program, told: Sequence[ToldEvent], actor: Actor, at: datetime, is_import: bool
) -> list[Outcome]:
    """All of them together; if that is refused as a whole, one by one, each as if it had come alone."""
    intake = _Intake(program=program, actor=actor, at=at, is_import=is_import)
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return intake.take(told)
        except DomainError as refusal:
            if len(told) == 1:
                return [Outcome(refusal=refusal)]
            break
        except (IntegrityError, DataError):
            if len(told) > 1:
                break
            if attempt == TRIES - 1:
                raise
    alone = sorted(range(len(told)), key=lambda place: (told[place].occurred_at or at, place))
    outcomes = {
        place: _taken(program=program, told=[told[place]], actor=actor, at=at, is_import=is_import)[
            0
        ]
        for place in alone
    }
    return [outcomes[place] for place in range(len(told))]


class _Intake:
    """One unit's way through the beats: lock, read, decide, write, announce."""

    def __init__(self, *, program: Program, actor: Actor, at: datetime, is_import: bool) -> None:
        self.program, self.actor, self.at, self.is_import = program, actor, at, is_import
        self.rules: RuleSet = rule_set_of(program)
        self.rates = Rates(program)

    @inside_unit_of_work
    def take(self, told: Sequence[ToldEvent]) -> list[Outcome]:
        items = sorting.items_of(program=self.program, told=told, at=self.at)
        sorting.refuse_untimely(items, program=self.program, at=self.at, is_import=self.is_import)
        sorting.refuse_wrong_orders(items, program=self.program, rates=self.rates)
        self._meet_members(items)
        balances = self._lock(items)
        orders = self._meet_known(items)
        fresh = [item for item in items if item.is_fresh]
        if fresh:
            self._keep(fresh, orders=orders, balances=balances)
        sorting.settle_repeats(items)
        outcomes = {item.place: item.outcome for item in items}
        return [outcome for place in range(len(told)) if (outcome := outcomes[place])]

    def _meet_members(self, items: Sequence[Item]) -> None:
        """Look members up, and enrol strangers whose events are otherwise good."""
        references = {item.told.member for item in items if item.outcome is None}
        found = find_members(program=self.program, told=references) if references else {}
        if not sorting.meet_members(items, program=self.program, found=found):
            return
        unmet = [item for item in items if item.outcome is None and item.found is None]
        sorting.refuse_foreign_keys(
            unmet,
            events=looking_up.known_events(program=self.program, items=unmet),
            orders=looking_up.known_orders(program=self.program, items=unmet),
        )
        joined: dict[str, datetime] = {}
        for item in unmet:
            if item.outcome is None:
                joined.setdefault(item.told.member.removeprefix(EXTERNAL), min(item.at, self.at))
        if not joined:
            return
        fresh = enrol_missing(program=self.program, joined=joined, at=self.at)
        found = {
            f"{EXTERNAL}{external_id}": Found(told_id=member.pk, member=member)
            for external_id, member in fresh.items()
        }
        late = {item.told.member for item in unmet if item.outcome is None} - found.keys()
        if late:  # somebody else enrolled them a moment ago
            found |= find_members(program=self.program, told=late)
        sorting.meet_members(unmet, program=self.program, found=found)

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

    def _meet_known(self, items: Sequence[Item]) -> dict[bytes, Id]:
        """Sort replays out, under the lock; answers the known orders' ids."""
        asking = [item for item in items if item.outcome is None]
        events = looking_up.known_events(program=self.program, items=asking)
        orders = looking_up.known_orders(program=self.program, items=asking)
        sorting.meet_known(items, events=events, orders=orders)
        sorting.meet_each_other(items)
        return {digest: order.id for digest, order in orders.items()}

    def _keep(self, fresh: Sequence[Item], *, orders: dict[bytes, Id], balances: Balances) -> None:
        paid = {
            item.place: PaidOrder(item, new_id(), sorting.rate_of(item, rates=self.rates))
            for item in fresh
            if item.told.type == ORDER_PAID
        }
        order_ids = orders | {
            order.item.order_digest: order.id for order in paid.values() if order.item.order_digest
        }
        rewarded = reward(
            program=self.program,
            told=self._told(fresh, paid),
            accounts=balances.book,
            actor=self.actor,
            at=self.at,
            rules=self.rules,
        )
        kept = [
            self._kept(item, each, order_ids=order_ids, balances=balances)
            for item, each in zip(fresh, rewarded, strict=True)
        ]
        keep_orders(program=self.program, orders=list(paid.values()))
        keep_events(program=self.program, events=kept, at=self.at)
        announce([self._fact(event) for event in kept])

    def _kept(
        self, item: Item, rewarded: Rewarded, *, order_ids: dict[bytes, Id], balances: Balances
    ) -> KeptEvent:
        answer = answer_of(item, rewarded=rewarded, balances=balances)
        item.outcome = Outcome(event_id=item.event_id, answer=answer)
        order_id = order_ids.get(item.order_digest) if item.order_digest else None
        return KeptEvent(item, order_id, answer)

    def _told(self, fresh: Sequence[Item], paid: dict[int, PaidOrder]) -> list[Told]:
        """Everything that rules may know, read at once for all and carried from event to event (E-2)."""
        member_ids = {item.member_id for item in fresh}
        numbers = looking_up.order_numbers([item for item in fresh if item.place in paid])
        done = looking_up.types_done(member_ids=member_ids, types=self.rules.done_types)
        segments = segments_at_instants(
            asked={item.place: (item.member_id, item.at) for item in fresh}
        )
        kept_back = looking_up.birthdays_kept_back(fresh)
        told = []
        for item in fresh:
            told.append(
                Told(
                    event_id=item.event_id,
                    type=item.told.type,
                    member=_member_facts(
                        item, done=done[item.member_id], segments=segments.get(item.place)
                    ),
                    occurred_at=item.at,
                    data=item.told.data,
                    order=_order_facts(paid.get(item.place), numbers.get(item.place, 0)),
                    channel=item.told.channel,
                    store=item.told.store,
                    imported=self.is_import,
                    held_back="birthday_kept" if item.place in kept_back else "",
                )
            )
            done[item.member_id].add(item.told.type)
        return told

    def _fact(self, event: KeptEvent) -> EventRecorded:
        item = event.item
        return EventRecorded(
            program_id=self.program.pk,
            member_id=item.member_id,
            at=self.at,
            event_id=item.event_id,
            type=item.told.type,
            occurred_at=item.at,
            recorded_at=self.at,
            order_id=event.order_id,
        )


def _member_facts(item: Item, *, done: set[str], segments: frozenset[str] | None) -> MemberFacts:
    assert item.found is not None
    member = item.found.member
    profile = member.profile
    born = (profile.birth_month, profile.birth_day)
    return MemberFacts(
        id=member.pk,
        status=member.status,
        joined_at=member.joined_at,
        birthday=None if born[0] is None or born[1] is None else (born[0], born[1]),
        attributes=profile.attributes,
        segments=segments or frozenset(),
        done=frozenset(done),
    )


def _order_facts(order: PaidOrder | None, number: int) -> OrderFacts | None:
    if order is None:
        return None
    return OrderFacts(
        order_row_id=order.id,
        number=number,
        currency=order.item.told.data["currency"],
        rate=order.rate,
    )
