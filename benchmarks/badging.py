"""P-7 and G-107: a thousand orders become deeds and tallies, and fifty live badges look at them.

The events come in by the front door, unmeasured; then the two receivers hear what it announced, in claims as a worker
makes them.
"""

import itertools
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models import Max
from django.utils import timezone

from benchmarks.ground import BENCH, a_program, run, settle_down, some_accounts, some_members
from benchmarks.measuring import Cost, Figure, cost_of
from gamification.badges.awards.hearing import hear as look_for_badges
from gamification.badges.models import Award
from gamification.criteria.hearing import HEARD, hear
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.foundation import units
from loyalty.outbox.facts import Told
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.models import PointCurrency, Program

EVENTS = 1_000
BADGES = 50
ROUNDS = 5
AT_ONCE: Final = 500  # what a worker claims
SECONDS_MAX = 2.0
_MEASURES: Final[Sequence[dict[str, Any]]] = (
    {"kind": "deeds.count", "of": "order.paid"},
    {"kind": "deeds.sum", "of": "order.paid", "value": "amount"},
    {"kind": "deeds.sum", "of": "order.line", "value": "quantity", "where": {"category": ["coffee"]}},
    {"kind": "deeds.count", "of": "order.paid", "window": {"calendar": "month"}},
    {"kind": "deeds.sum", "of": "order.line", "value": "quantity", "where": {"sku": ["ESP-1"]}},
)  # fmt: skip


def figures(_seed: int, *, events: int = EVENTS) -> list[Figure]:
    """What a round of orders, one a member, costs the intake and the badges; the middle of some rounds."""
    program, _stars = a_program("badging")
    members = some_members(program, events, prefix="m")
    run(
        "INSERT INTO loyalty_memberprofile (member_id, program_id, first_name, last_name, attributes, changed_at)"
        " SELECT id, program_id, '', '', '{}', now() FROM loyalty_member WHERE program_id = %s",
        [program.pk],
    )
    for currency in PointCurrency.objects.filter(program=program):
        some_accounts(program, currency, members)
    badges = [_badge(number) for number in range(BADGES)]
    apply_program(
        document={"format": FORMAT, "badges": badges}, actor=BENCH, at=timezone.now(), own=program
    )
    rounds = [_round(program, events, number) for number in range(ROUNDS + 1)][1:]
    rounds.sort(key=lambda told: told[0].wall + told[1].wall)
    deeds, looked = rounds[len(rounds) // 2]
    seconds = (deeds.wall + looked.wall) * events / 1_000
    awards = Award.objects.filter(program=program).count()
    goal = SECONDS_MAX * events / EVENTS
    return [
        Figure(
            "P-7",
            f"{events:,} events through deeds and {BADGES} live badges",
            f"{seconds:.2f} s; {deeds.cpu + looked.cpu:.2f} CPU-ms an event",
            f"≤ {goal:.1f} s",
            seconds <= goal,
            f"deeds and tallies {deeds.cpu:.2f}, badges {looked.cpu:.2f}, of it in the database"
            f" {deeds.database:.2f} and {looked.database:.2f}; {awards:,} awards in {ROUNDS + 1} rounds",
        )
    ]


def _badge(number: int) -> dict[str, Any]:
    """Ten families over each of five measures, three tiers each: in a round some hundreds of awards, as on a good day."""
    measure = _MEASURES[number % len(_MEASURES)]
    step = number // len(_MEASURES)
    least = 10_000 * (step + 1) if measure.get("value") == "amount" else 3 + 7 * step
    return {
        "slug": f"badge-{number}",
        "name": {"en": f"Badge {number}"},
        "condition": {"measure": measure},
        "tiers": [{"slug": f"tier-{k}", "target": least * k} for k in (1, 2, 3)],
    }


def _round(program: Program, events: int, number: int) -> tuple[Cost, Cost]:
    """An order of each member: taken in, then heard by both receivers."""
    before = _latest()
    told = list(itertools.islice(_orders(number), events))
    for start in range(0, events, AT_ONCE):
        batch = [read_event(program=program, told=each) for each in told[start : start + AT_ONCE]]
        outcomes = take_in(program=program, told=batch, actor=BENCH, at=timezone.now())
        assert all(outcome.refusal is None for outcome in outcomes)
    if number == 0:
        settle_down()
    deeds = _heard(program, hear, HEARD, after=before, pieces=events)
    looked = _heard(program, look_for_badges, ("deeds.changed",), after=before, pieces=events)
    if number == 0:
        settle_down()
    return deeds, looked


def _orders(number: int) -> "itertools.chain[dict[str, Any]]":
    at = timezone.now() - timedelta(hours=ROUNDS + 1 - number)
    return itertools.chain.from_iterable(
        [_order(number, place, at)] for place in itertools.count(1)
    )


def _order(number: int, place: int, at: Any) -> dict[str, Any]:
    amount = 1_000 + place * 7 % 5_000
    line = {"sku": f"ESP-{place % 3}", "quantity": 1, "amount": amount, "categories": ["coffee"]}
    key = f"{number}-{place}"
    return {
        "type": "order.paid",
        "member": f"ext:m{place}",
        "source": "bench",
        "source_id": key,
        "occurred_at": at.isoformat(),
        "data": {"order_id": key, "currency": "EUR", "total": amount, "lines": [line]},
    }


def _latest() -> int:
    return AnnouncedFact.objects.aggregate(latest=Max("pk"))["latest"] or 0


def _heard(
    program: Program,
    receive: Callable[[Sequence[Told]], object],
    names: Sequence[str],
    *,
    after: int,
    pieces: int,
) -> Cost:
    """One receiver hears what was announced for it since."""
    rows = AnnouncedFact.objects.filter(program_id=program.pk, name__in=names, pk__gt=after)
    facts = [
        Told(id=r.pk, name=r.name, program_id=r.program_id, member_id=r.member_id, at=r.at, body=r.body)
        for r in rows.order_by("pk")
    ]  # fmt: skip
    assert len(facts) >= pieces

    def work() -> None:
        for start in range(0, len(facts), AT_ONCE):
            claim = facts[start : start + AT_ONCE]
            units.run(lambda claim=claim: receive(claim))  # type: ignore[misc]

    return cost_of(work, pieces=pieces)
