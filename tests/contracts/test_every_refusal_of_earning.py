"""Every code that the page on earning names is told somewhere, with its status, and leaves no trace.

One small history serves all: Ada paid order-1001 (a mug and two coffees), Grace is somebody else, a review rule is
live, and a promise waits as a draft. Codes that only other rooms raise are shown where those rooms are tested.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from loyalty.access.approvals.proposing import approve
from loyalty.checkout.setting_aside import hold_for_purchase
from loyalty.earning.desk.sampling import Wanted
from loyalty.earning.desk.trying import tried
from loyalty.earning.launching.going_live import launch
from loyalty.earning.models import EarningRule, Explanation
from loyalty.earning.replaying.asking import ask, stop
from loyalty.earning.replaying.models import WhatIf
from loyalty.earning.rules.publishing import draft, end, pause, publish
from loyalty.events.models import Event, Order
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.events.voids.voiding import void
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.problems import STATUS
from loyalty.imports.steering import stop as stop_import
from loyalty.ledger.holding import Wish
from loyalty.ledger.models import Lot
from loyalty.ledger.timed.deciding import open_now
from loyalty.programs.models import ExchangeRate
from tests.world.access import a_person
from tests.world.checkout import TILL, a_basket, held_by, quoted
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.imports import a_table, checked, received, undone
from tests.world.ledger import a_hold, a_member
from tests.world.programs import applied, currency_of

pytestmark = pytest.mark.django_db

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


@pytest.fixture
def world() -> World:
    cafe = a_cafe()
    applied({"program": {"slug": cafe.slug}, "exchange_rates": [RATE]})
    cafe.refresh_from_db()
    ada, grace = a_member(cafe, "ada", points=1_000), a_member(cafe, "grace")
    told = an_order(total=6000, lines=LINES)
    (outcome,) = taken(cafe, told)
    assert outcome.refusal is None
    return World(cafe=cafe, ada=ada, grace=grace, order=told, rule=EarningRule.objects.get())


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


CASES: dict[str, tuple[int, Callable[[World], Any]]] = {
    # Taking in
    "too_many_events": (413, tell(*[an_order()] * 1_001)),
    "event_key_reused": (409, tell(an_order(total=1, source_id="order-1001"))),
    "order_conflict": (409, tell(an_order(total=1, source_id="other"))),
    "event_in_future": (422, tell(an_order("o2", at=NOON + timedelta(minutes=6)))),
    "event_too_old": (422, tell(an_order("o2", at=NOON - 91 * DAY))),
    "member_unknown": (422, tell(an_order("o2", member="ext:joan"))),
    "source_reserved": (400, tell(an_order("o2", source="wafa"))),
    "event_type_unknown": (422, tell(an_event("cake.eaten"))),
    # What counts
    "order_does_not_add_up": (422, tell(an_order("o2", total=7000, lines=LINES))),
    "line_taxes_incomplete": (
        422,
        tell(an_order("o2", total=6000, lines=[LINES[0] | {"tax": 1}, *LINES[1:]])),
    ),
    "currency_not_accepted": (422, tell(an_order("o2", currency="USD"))),
    # Rules
    "expression_invalid": (400, written(expression="order.basis >")),
    "effect_incomplete": (422, written(**NO_ORDER)),
    "rule_not_draft": (409, published_again),
    "rule_ended": (409, paused_after_its_end),
    "rule_not_live": (409, paused_twice),
    "draft_changed": (409, changed_after_it_was_proposed),
    "launch_in_the_past": (422, launched_yesterday),
    "event_unknown": (404, tried_on_nothing),
    "what_if_running": (409, asked_twice),
    "what_if_over": (409, stopped_twice),
    "lot_not_pending": (409, opened_twice),
    # Returns
    "return_exceeds_order": (422, tell(told_back(amount=6001))),
    "line_unknown": (422, tell(told_back(lines=[{"line_id": "9", "quantity": 1}]))),
    "line_ambiguous": (400, tell(told_back(lines=[{"sku": "MUG-1", "quantity": 1}]))),
    "currency_mismatch": (422, tell(told_back(amount=1, currency="UAH"))),
    "order_of_another_member": (422, tell(told_back(amount=1) | {"member": "ext:grace"})),
    "event_not_voidable": (422, a_return_voided),
    # Money
    "rate_unconfirmed": (422, a_leaping_rate),
    "program_fixed": (422, another_currency),
    # Checkout
    "insufficient_points": (422, of_a_quote(2_000, total=9900)),
    "above_share": (422, of_a_quote(1_000, total=1000)),
    "not_whole_blocks": (422, of_a_quote(550)),
    "below_minimum": (422, of_a_quote(100)),
    "quote_expired": (409, of_a_quote(500, later=timedelta(minutes=15))),
    "quote_unknown": (404, by_an_unknown_quote),
    "hold_not_held": (409, captured),
    "hold_expired": (409, lambda world: captured(world, later=timedelta(minutes=15))),
    "order_pays_itself": (422, captured_by_its_own_points),
    # Imports
    "import_columns": (400, lambda w: received(w.cafe, "members", a_table("shoe_size", "39"))),
    "import_file_unreadable": (400, lambda w: received(w.cafe, "members", b"\xff\xfe\x00")),
    "import_too_large": (
        413,
        lambda w: received(w.cafe, "members", a_table(",".join(f"c{n}" for n in range(500)))),
    ),
    "import_not_ready": (
        409,
        lambda w: stop_import(
            program=w.cafe,
            import_id=checked(w.cafe, "members", a_table("external_id", "joan")).pk,
        ),
    ),
    "import_not_undoable": (
        409,
        lambda w: undone(checked(w.cafe, "members", a_table("external_id", "joan"))),
    ),
}


def outcome_of(doing: Callable[[World], Any], world: World) -> tuple[int, str]:
    """What is told; everything that the case did before it was refused is undone again."""
    before = traces()
    mark = transaction.savepoint()
    try:
        doing(world)
    except DomainError as refusal:
        assert traces() == before
        return STATUS[refusal.kind], refusal.code
    finally:
        transaction.savepoint_rollback(mark)
    return 200, "not refused"


def test_each_is_told_with_its_code_and_status(world: World) -> None:
    """E-1 to E-78, page section 15: and no order, explanation or rate is kept of it."""
    told = {code: outcome_of(doing, world) for code, (_status, doing) in CASES.items()}

    assert told == {code: (status, code) for code, (status, _doing) in CASES.items()}


def traces() -> list[int]:
    rows = (Order, Explanation, ExchangeRate)
    return [each.objects.count() for each in rows]


def all_codes() -> Iterator[str]:
    """Every code of the rooms that the page is about."""
    rooms = ("loyalty.events.", "loyalty.earning.", "loyalty.checkout.")
    kinds = list(DomainError.__subclasses__())
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        if kind.__module__.startswith(rooms):
            yield kind.code


def test_no_code_of_these_rooms_is_missing_here() -> None:
    """Page section 15."""
    assert set(all_codes()) <= set(CASES)
