"""Whatever order and grouping events and captures arrive in, claims, lots and days end alike (E-2, E-14, E-62, E-67)."""

from datetime import timedelta
from itertools import groupby
from random import Random

import pytest

from loyalty.earning.models import Earning
from loyalty.events.models import Event, Order
from loyalty.events.purchases.capturing import For, capture_for_order
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import rebuild
from loyalty.ledger.models import Account, Entry, Lot
from tests.world.earning import NOON, TILL, a_cafe, a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.ledger import a_hold, a_member, parts_of
from tests.world.tiers import days_of

pytestmark = pytest.mark.django_db(transaction=True)

TOLD_AT = NOON + timedelta(days=40)
SAVED = 900  # points that were there before the story
PAYING = (0, 2)  # of the three orders; the last one may be cancelled
PAID = {f"order-{number}" for number in PAYING}
RULES = (
    a_rule(counts_for_tier=True, unlock={"after": "P3D", "from": "order.fulfilled"}),
    a_rule("pieces", effect={"kind": "per_item", "points": 7}, counts_for_tier=True),
    a_rule(
        "double",
        effect={"kind": "multiplier", "by": "2"},
        conditions={"all": [{"order": {"at_least": 5_000}}]},
    ),
    a_rule(
        "thanks",
        triggers=["order.fulfilled"],
        effect={"kind": "fixed", "points": 5},
        unlock={"after": "P0D", "from": "safe_order"},
    ),
)


def a_story(random):
    """Three orders of Ada's, two paid in part with points, what came back of them, and two that were fulfilled.

    None asks for more than there is. A number is a capture: for that order, by the hold made for it.
    """
    told = []
    for number in range(3):
        order, at = f"order-{number}", NOON + timedelta(days=number)
        lines = [
            {"sku": sku, "amount": random.randrange(500, 6_000), "quantity": random.randrange(1, 4)}
            for sku in ("A", "B")
        ]
        goods = sum(line["amount"] for line in lines)
        tax = random.randrange(0, goods // 6)
        told += [number] if number in PAYING else []
        told.append(an_order(order, total=goods + tax, tax=tax, lines=lines, at=at))
        for line in lines:
            for piece in range(random.randrange(0, line["quantity"] + 1)):
                back = {"lines": [{"sku": line["sku"], "quantity": 1}]}
                told.append(_of(order, "order.returned", at, key=f"{line['sku']}{piece}", **back))
        if number == 2 and random.random() < 0.5:
            told.append(_of(order, "order.cancelled", at, key="c"))
        elif number < 2:
            told.append(_of(order, "order.fulfilled", at, key="f"))
    return told


def _of(order, kind, at, *, key, **data):
    """Something told of an order a day later."""
    return an_event(
        kind,
        source_id=f"{order}-{key}",
        at=at + timedelta(days=1),
        data={"order_id": order, **data},
    )


def played(cafe, batches, *, pays):
    """Ada, after these batches arrived; a capture stands between the events before and after it."""
    ada = a_member(cafe, points=SAVED, at=NOON)
    holds = {number: a_hold(ada, points, at=TOLD_AT) for number, points in pays.items()}
    for batch in batches:
        for is_capture, run in groupby(batch, key=lambda each: isinstance(each, int)):
            if not is_capture:
                taken(cafe, *run, at=TOLD_AT)
                continue
            for number in run:
                what_for = For(order_id=f"order-{number}")
                how = {"program": cafe, "hold_id": holds[number].pk, "actor": TILL, "at": TOLD_AT}
                capture_for_order(what_for=what_for, **how)
    return ada


def outcome_of(cafe, member):
    """All that the story came to: what each rule gave for each event and what was claimed, lots' parts, days."""
    sources = dict(Event.objects.filter(program=cafe).values_list("pk", "source_id"))
    earnings = Earning.objects.filter(program=cafe).select_related("rule")
    lots = {lot.entry_id: lot for lot in Lot.objects.filter(account__member=member)}
    orders = Order.objects.filter(program=cafe).order_by("order_number")
    available, pending, held, negative = parts_of(member)
    return {
        # What is captured before its order is told makes it earn less; captured later, the difference is claimed.
        "earnings": sorted(
            (sources[e.event_id], e.rule.slug, e.points - e.claimed)
            for e in earnings
            if e.points > e.claimed
        ),
        "claims": sorted(
            (sources[e.event_id], e.rule.slug, e.points, e.claimed)
            for e in earnings
            if sources[e.event_id] not in PAID
        ),
        "lots": sorted(
            (sources[e.event_id], e.rule.slug, lots[e.entry_id].free)
            for e in earnings
            if lots[e.entry_id].free
        ),
        "saved": [lot.free for lot in lots.values() if lot.size == SAVED],
        "orders": list(orders.values_list("order_number", "returned", "is_wholly_returned")),
        # Whether an order was safe when somebody asked depends on what had come back by then; the sum does not.
        "parts": (available + pending, held, negative),
        "days": days_of(member),
    }


@pytest.mark.parametrize("seed", range(4))
def test_any_arrival_and_any_grouping_ends_alike(seed):
    """In time, shuffled one by one, shuffled in batches, and everything twice."""
    random = Random(seed)
    story = a_story(random)
    pays = {number: random.randrange(50, 400) for number in PAYING}
    shuffled = random.sample(story, len(story))
    cuts = sorted(random.sample(range(1, len(story)), 2))
    arrivals = {
        "in time": [[each] for each in story],
        "together": [story],
        "shuffled": [[each] for each in shuffled],
        "grouped": [shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :]],
        "doubled": [story[::-1], shuffled],
    }

    outcomes = {}
    for name, batches in arrivals.items():
        cafe = a_cafe(*RULES, slug=name.replace(" ", "-"))
        ada = played(cafe, batches, pays=pays)
        outcomes[name] = outcome_of(cafe, ada)
        _explains_its_balance(ada)
        assert list(rebuild("tier-days", scope=Scope(program_id=cafe.pk), dry_run=True)) == []

    assert outcomes["in time"]["earnings"], "the story brings something"
    for name, outcome in outcomes.items():
        assert outcome == outcomes["in time"], name


def _explains_its_balance(member):
    """L-1: the balance is the sum of the entries, and never more was claimed than was given."""
    for account in Account.objects.filter(member=member):
        entries = Entry.objects.filter(account=account).values_list("points", flat=True)
        assert sum(entries) == account.available + account.pending + account.held - account.negative
