"""P-1 and P-2 through the front door: events with rules, entries, lots, tiers and facts, by the thousand and one by one."""

import itertools
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from benchmarks.ground import BENCH, a_program, run, settle_down, some_members, vacuum
from benchmarks.measuring import Cost, Figure, cost_of, in_turn
from benchmarks.wire import Caller, Constant
from loyalty.events.api import Events
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.programs.models import Program

MEMBERS = 20_000
BATCH = 1_000
CALLS = 60
BATCH_CPU_MS_MAX = 2.0  # V-91, a thousand at once, per event
SINGLE_CPU_MS_MAX = 25.0  # V-91, one by HTTP


def figures(seed: int, *, members: int = MEMBERS) -> list[Figure]:
    """What one event costs, in a batch and alone."""
    program, _stars = a_program("front-door")
    some_members(program, members, prefix=f"s{seed}-")
    run(
        "INSERT INTO loyalty_memberprofile (member_id, program_id, first_name, last_name, attributes, changed_at)"
        " SELECT id, program_id, '', '', '{}', now() FROM loyalty_member WHERE program_id = %s",
        [program.pk],
    )
    vacuum("loyalty_member", "loyalty_memberprofile")
    told = orders(f"s{seed}-", members=members)
    return [_in_batches(program, told), _alone(program, told)]


def orders(prefix: str, *, members: int) -> "itertools.chain[dict[str, Any]]":
    """Orders without end, of members in turn, as they come over the wire."""
    return itertools.chain.from_iterable(
        [_order(prefix, number, member=number % members + 1)] for number in itertools.count()
    )


def _order(prefix: str, number: int, *, member: int) -> dict[str, Any]:
    amount = 1_000 + number * 7 % 5_000
    line = {"sku": "ESP-1", "quantity": 1, "amount": amount, "categories": ["coffee"]}
    key = f"{prefix}{number}"
    return {
        "type": "order.paid",
        "member": f"ext:{prefix}{member}",
        "source": "bench",
        "source_id": key,
        "data": {"order_id": key, "currency": "EUR", "total": amount, "lines": [line]},
    }


def _in_batches(program: Program, told: "itertools.chain[dict[str, Any]]") -> Figure:
    def batch() -> Cost:
        events = list(itertools.islice(told, BATCH))

        def take() -> None:
            read = [read_event(program=program, told=each) for each in events]
            outcomes = take_in(program=program, told=read, actor=BENCH, at=timezone.now())
            assert all(outcome.refusal is None for outcome in outcomes)

        return cost_of(take, pieces=BATCH)

    batch()  # warms caches
    settle_down()
    batch()  # warms plans
    (series,) = in_turn(batch, rounds=5)
    cpu = series.middle("cpu")
    return Figure(
        number="P-1",
        what="events in batches of 1,000 through the front door",
        figure=f"{cpu:.2f} CPU-ms per event, {1_000 / series.middle('wall'):.0f}/s",
        goal=f"≤ {BATCH_CPU_MS_MAX} CPU-ms",
        reached=cpu <= BATCH_CPU_MS_MAX,
        more=f"{series.middle('database'):.2f} of it in the database",
    )


def _alone(program: Program, told: "itertools.chain[dict[str, Any]]") -> Figure:
    caller = Caller(program)

    def tell() -> None:
        caller.call(Events, "post", next(told))

    def constant() -> None:
        caller.call(Constant, "post", {"points": 1})

    settle_down()
    tell()
    constant()
    series, empty = in_turn(_calls(tell), _calls(constant), rounds=5)
    cpu, least = series.middle("cpu"), empty.middle("cpu")
    return Figure(
        number="P-2",
        what="one event by HTTP",
        figure=f"{cpu:.1f} CPU-ms; {cpu / least:.1f} × an empty view",
        goal=f"≤ {SINGLE_CPU_MS_MAX} CPU-ms",
        reached=cpu <= SINGLE_CPU_MS_MAX,
        more=f"{series.middle('database'):.1f} of it in the database; the empty view {least:.1f}",
    )


def _calls(call: Callable[[], None]) -> Callable[[], Cost]:
    def many() -> None:
        for _ in range(CALLS):
            call()

    return lambda: cost_of(many, pieces=CALLS)
