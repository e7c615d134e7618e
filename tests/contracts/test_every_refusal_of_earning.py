"""Every code that the page on earning names is told somewhere, with its status, and leaves no trace.

One small history serves all: Ada paid order-1001 (a mug and two coffees), Grace is somebody else, a review rule is
live, and a promise waits as a draft. Codes that only other rooms raise are shown where those rooms are tested.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from loyalty.earning.models import EarningRule, Explanation
from loyalty.events.models import Order
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.problems import STATUS
from loyalty.imports.steering import stop as stop_import
from loyalty.programs.models import ExchangeRate
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_event, an_order, taken
from tests.world.imports import a_table, checked, received, undone
from tests.world.ledger import a_member
from tests.world.programs import applied
from tests.world.refused import (
    DAY,
    LINES,
    NO_ORDER,
    RATE,
    World,
    a_leaping_rate,
    a_return_voided,
    another_currency,
    asked_twice,
    by_an_unknown_quote,
    captured,
    captured_by_its_own_points,
    changed_after_it_was_proposed,
    launched_yesterday,
    of_a_quote,
    opened_twice,
    paused_after_its_end,
    paused_twice,
    published_again,
    stopped_twice,
    tell,
    told_back,
    tried_on_nothing,
    written,
)

pytestmark = pytest.mark.django_db


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
