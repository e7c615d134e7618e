"""Ways to be refused at the Corner Café, each after a small history of its own (page on earning, section 15)."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from loyalty.access.approvals.proposing import approve
from loyalty.checkout.setting_aside import hold_for_purchase
from loyalty.earning.desk.sampling import Wanted
from loyalty.earning.desk.trying import tried
from loyalty.earning.launching.going_live import launch
from loyalty.earning.replaying.asking import ask, stop
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.rules.publishing import draft, end, pause, publish
from loyalty.events.models import Event
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.events.voids.voiding import void
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.ledger.holding import Wish
from loyalty.ledger.models import Lot
from loyalty.ledger.timed.deciding import open_now
from tests.world.access import a_person
from tests.world.checkout import TILL, a_basket, held_by, quoted
from tests.world.earning import NOON, a_rule
from tests.world.events import an_event, taken
from tests.world.ledger import a_hold
from tests.world.programs import applied, currency_of

World = SimpleNamespace
DAY = timedelta(days=1)
LINES = [
    {"line_id": "1", "sku": "ESP-1", "quantity": 2, "amount": 4000},
    {"line_id": "2", "sku": "MUG-1", "quantity": 1, "amount": 1000},
    {"line_id": "3", "sku": "MUG-1", "quantity": 1, "amount": 1000},
]
NO_ORDER = {
    "triggers": ["visit.made"],
    "effect": {"kind": "per_amount", "points": 1, "per": 100},
}
RATE = {"currency": "UAH", "rate": "0.02", "valid_from": "2026-01-01T00:00:00+02:00"}


def tell(*told: dict[str, Any], **how: Any) -> Callable[[World], None]:
    """Events at the front door; the last one is refused."""

    def doing(world: World) -> None:
        refusal = taken(world.cafe, *told, **how)[-1].refusal
        assert refusal is not None, "it was taken"
        raise refusal

    return doing


def told_back(**data: Any) -> dict[str, Any]:
    return an_event("order.returned", source_id="r", data={"order_id": "order-1001", **data})


def written(**changed: Any) -> Callable[[World], None]:
    """A rule as staff or a document write it."""

    def doing(world: World) -> None:
        draft(program=world.cafe, definition=a_rule("new", **changed), actor=TILL, at=NOON)

    return doing


def of_a_quote(points: int, *, total: int = 4000, later: timedelta = timedelta()) -> Any:
    """A hold at a quote's price."""
    return lambda world: held_by(quoted(world.ada, a_basket(total)), points, at=NOON + later)


def by_an_unknown_quote(world: World) -> None:
    wish = Wish(purse=(world.ada.pk, currency_of(world.cafe, "stars").pk), points=500)
    quote = "quo_00000000000000000000000000"
    hold_for_purchase(program=world.cafe, wish=wish, quote=quote, actor=TILL, at=NOON)


def captured(world: World, *, order: str = "order-9", points: int = 500, later: Any = None) -> None:
    row = a_hold(world.ada, points, at=NOON)
    at = NOON + (later or timedelta())
    how = {"program": world.cafe, "hold_id": row.pk, "actor": TILL, "at": at}
    capture_for_order(what_for=For(order_id=order), **how)
    capture_for_order(what_for=For(order_id="another"), **how)


def captured_by_its_own_points(world: World) -> None:
    row = a_hold(world.ada, 1_060, at=NOON)
    what_for = For(order_id="order-1001")
    capture_for_order(program=world.cafe, hold_id=row.pk, what_for=what_for, actor=TILL, at=NOON)


def published_again(world: World) -> None:
    revision = world.rule.revisions.get()
    publish(revision_id=revision.pk, program=world.cafe, actor=TILL, at=NOON)


def paused_after_its_end(world: World) -> None:
    for step in (end, pause):
        step(rule_id=world.rule.pk, program=world.cafe, actor=TILL, at=NOON)


def paused_twice(world: World) -> None:
    for _again in (1, 2):
        pause(rule_id=world.rule.pk, program=world.cafe, actor=TILL, at=NOON)


def launched_yesterday(world: World) -> None:
    revision = draft(program=world.cafe, definition=a_rule("new"), actor=TILL, at=NOON)
    launch(program=world.cafe, revision_id=revision.pk, due_at=NOON - DAY, actor=TILL, at=NOON)


def changed_after_it_was_proposed(world: World) -> None:
    mine, theirs = (Actor(kind=ActorKind.STAFF, id=a_person().pk) for _each in (1, 2))
    revision = draft(program=world.cafe, definition=a_rule("new"), actor=mine, at=NOON)
    told = launch(program=world.cafe, revision_id=revision.pk, due_at=None, actor=mine, at=NOON)
    draft(program=world.cafe, definition=a_rule("new", priority=7), actor=mine, at=NOON)
    assert told.proposal is not None
    approve(program=world.cafe, proposal_id=told.proposal.pk, actor=theirs, at=NOON)


def a_what_if(world: World) -> WhatIf:
    return ask(program=world.cafe, rule_id=world.rule.pk, change="end", days=9, actor=TILL, at=NOON)


def asked_twice(world: World) -> None:
    a_what_if(world)
    a_what_if(world)


def stopped_twice(world: World) -> None:
    what_if = a_what_if(world)
    for _again in (1, 2):
        stop(program=world.cafe, what_if_id=what_if.pk)


def tried_on_nothing(world: World) -> None:
    wanted = Wanted(type="order.paid", data={}, tier="", number=1, at=NOON, event="order-7")
    tried(program=world.cafe, definition=a_rule(), rule_id=None, wanted=wanted)


def a_return_voided(world: World) -> None:
    (outcome,) = taken(world.cafe, told_back(amount=100))
    event = Event.objects.get(type="order.returned")
    assert outcome.refusal is None
    void(program=world.cafe, event_id=event.pk, reason="mistake", actor=TILL, at=NOON)


def opened_twice(world: World) -> None:
    lot = Lot.objects.filter(account__member=world.ada).first()
    assert lot is not None
    open_now(program=world.cafe, lot_id=lot.pk, reason="goodwill", actor=TILL, at=NOON)


def a_leaping_rate(world: World) -> None:
    leap = RATE | {"rate": "0.2", "valid_from": "2026-07-01T00:00:00+03:00"}
    applied({"program": {"slug": world.cafe.slug}, "exchange_rates": [leap]})


def another_currency(world: World) -> None:
    applied({"program": {"slug": world.cafe.slug, "currency": "UAH"}})
