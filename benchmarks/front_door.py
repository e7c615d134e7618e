"""The front door: events told one by one and by the thousand, with rules, entries, lots, tiers and facts (P-1, P-2)."""

import json
import time
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.ground import BENCH, a_program, run, some_members
from loyalty.access.issuing import Wish, create_key
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.programs.models import Program

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work cost: CPU milliseconds of ours and of the database's process, and wall seconds."""

    ours: float
    database: float
    seconds: float

    def per(self, count: int) -> "Cost":
        """The cost of one of so many."""
        return Cost(self.ours / count, self.database / count, self.seconds / count)

    @property
    def cpu(self) -> float:
        return self.ours + self.database


class Meter:
    """Measures CPU of this process and of the one database process that works for it."""

    def __enter__(self) -> "Meter":
        ((pid,),) = run("SELECT pg_backend_pid()")
        self._backend = psutil.Process(pid)
        self._start = (time.process_time(), self._database(), time.perf_counter())
        return self

    def __exit__(self, *_error: object) -> None:
        ours, database, wall = self._start
        self.cost = Cost(
            (time.process_time() - ours) * 1_000,
            (self._database() - database) * 1_000,
            time.perf_counter() - wall,
        )

    def _database(self) -> float:
        times = self._backend.cpu_times()
        return times.user + times.system


def orders(name: str, count: int, *, members: int) -> list[dict[str, Any]]:
    """Orders of members in turn, as they come over the wire."""
    return [
        {
            "type": "order.paid",
            "member": f"ext:m{number % members + 1}",
            "source": "bench",
            "source_id": f"{name}-{number}",
            "data": {
                "order_id": f"{name}-{number}",
                "currency": "EUR",
                "total": 1_000 + number % 5_000,
                "lines": [
                    {
                        "sku": "ESP-1",
                        "quantity": 1,
                        "amount": 1_000 + number % 5_000,
                        "categories": ["coffee"],
                    }
                ],
            },
        }
        for number in range(count)
    ]


def p1_batches(program: Program, *, members: int, batches: int) -> Cost:
    """Events per batch of a thousand, from JSON to commit; the cost of one event."""
    total = Cost(0, 0, 0)
    for batch in range(batches):
        told = orders(f"batch-{batch}", BATCH, members=members)
        with Meter() as meter:
            read = [read_event(program=program, told=each) for each in told]
            outcomes = take_in(program=program, told=read, actor=BENCH, at=timezone.now())
        assert all(outcome.refusal is None for outcome in outcomes)
        if batch:  # the first one warms caches and plans
            total = Cost(
                total.ours + meter.cost.ours,
                total.database + meter.cost.database,
                total.seconds + meter.cost.seconds,
            )
    return total.per(BATCH * (batches - 1))


def p2_single(program: Program, *, members: int, calls: int) -> tuple[Cost, Cost]:
    """One event by HTTP, and an authenticated view that answers a constant; the cost of one call of each."""
    wish = Wish(name="bench", scopes=["*"])
    key = create_key(program=program, wish=wish, actor=BENCH, at=timezone.now()).text
    client = Client(headers={"Authorization": f"Bearer {key}"})
    told = [json.dumps(each) for each in orders("single", calls + 20, members=members)]

    def tell(number: int) -> None:
        answer = client.post(
            "/v1/events",
            data=told[number],
            content_type="application/json",
            headers={"Idempotency-Key": f"single-{number}"},
        )
        assert answer.status_code == 201, answer.content

    for number in range(20):
        tell(number)
    with Meter() as meter:
        for number in range(20, calls + 20):
            tell(number)
    with Meter() as empty:
        for _call in range(calls):
            assert client.get("/v1/members?limit=1&external_id=nobody").status_code == 200
    return meter.cost.per(calls), empty.cost.per(calls)


def measure(*, members: int = 20_000, batches: int = 6, calls: int = 200) -> dict[str, float]:
    """All figures of the front door, in CPU milliseconds and events per second."""
    program, _stars = a_program("front-door")
    some_members(program, members)
    run(
        "INSERT INTO loyalty_memberprofile (member_id, program_id, first_name, last_name, attributes, changed_at)"
        " SELECT id, program_id, '', '', '{}', now() FROM loyalty_member WHERE program_id = %s",
        [program.pk],
    )
    connection.ensure_connection()
    batch = p1_batches(program, members=members, batches=batches)
    single, empty = p2_single(program, members=members, calls=calls)
    return {
        "batch_cpu_ms_per_event": round(batch.cpu, 3),
        "batch_database_cpu_ms_per_event": round(batch.database, 3),
        "batch_events_per_second": round(1 / batch.seconds, 1),
        "single_cpu_ms": round(single.cpu, 2),
        "single_database_cpu_ms": round(single.database, 2),
        "empty_cpu_ms": round(empty.cpu, 2),
    }
