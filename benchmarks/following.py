"""P-7: a thousand facts become effects: deeds that changed are counted on a board, levels are climbed (G-105, G-107).

The facts are those that intake announces for a thousand orders; each receiver is measured alone, with its database.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from benchmarks.ground import BENCH, NOW, a_program, run, settle_down, some_accounts, some_members
from benchmarks.measuring import Cost, Figure, Series, cost_of
from gamification.criteria.facts import DeedsChanged
from gamification.leaderboards import receivers as boards
from gamification.levels import receivers as levels
from loyalty.foundation import units
from loyalty.foundation.ids import Id
from loyalty.programs.documents import FORMAT, apply_program
from loyalty.programs.models import PointCurrency, Program

FACTS = 1_000
EARLIER = 20  # deeds of each member before
ROUNDS = 5
AT_ONCE = 500  # what a worker claims
CPU_MS_MAX = 0.5
PARTS: dict[str, Any] = {
    "leaderboards": [
        {
            "slug": "month",
            "measure": {
                "kind": "deeds.sum",
                "of": "points.earned",
                "value": "points",
                "currency": "xp",
            },
        }
    ],
    "levels": [{"slug": "barista", "currency": "xp", "thresholds": [0, 50, 150, 400]}],
}

_DEEDS = """
    INSERT INTO gamification_deed
        (id, program_id, member_id, kind, source, source_id, line, sku, categories, place, attributes, quantity, amount,
         points, currency_id, returned_quantity, returned_amount, returned_points, occurred_at, recorded_at, is_imported,
         is_prize, is_disregarded)
    SELECT gen_random_uuid(), %s, member_id, 'points.earned', 'entry', gen_random_uuid(), 0, '', '{}', '', '{}', 1, 0,
           10, %s, 0, 0, 0, %s::timestamptz - n * interval '1 hour', %s, false, false, false
    FROM unnest(%s::uuid[]) AS member_id, generate_series(%s, %s) AS n
"""


def figures(_seed: int, *, facts: int = FACTS) -> list[Figure]:
    """CPU of both sides for each fact and receiver: a batch of new deeds each round, of members with a history."""
    program, currency, members = _a_house(facts)
    _told(program, currency, members, first=1, last=EARLIER)
    settle_down()
    work: dict[str, Callable[[Sequence[DeedsChanged]], object]] = {
        "leaderboards": boards.score,
        "levels": levels.look_for_levels,
    }
    series = {name: Series() for name in work}
    for number in range(ROUNDS + 1):
        _told(program, currency, members, first=-number, last=-number)
        batch = [_fact(program, each, number) for each in members]
        for name, receive in work.items():
            cost = _in_claims(receive, batch)
            if number:  # the first round warms what a running worker has warm
                series[name].add(cost)
    return [
        Figure(
            "P-7",
            f"{facts:,} facts to {name}, in claims of {AT_ONCE}",
            f"{told.middle('cpu'):.2f} CPU-ms a fact",
            f"≤ {CPU_MS_MAX} CPU-ms",
            told.middle("cpu") <= CPU_MS_MAX,
            f"{told.middle('app'):.2f} of it Python, {told.middle('database'):.2f} the database",
        )
        for name, told in series.items()
    ]


def _a_house(members: int) -> tuple[Program, PointCurrency, list[Id]]:
    program, _stars = a_program("play")
    xp = {
        "slug": "xp",
        "name": {"en": "Experience"},
        "spendable": False,
        "expiry": {"kind": "never"},
    }
    document = {"format": FORMAT, "program": {"slug": program.slug}, "currencies": [xp], **PARTS}
    apply_program(document=document, actor=BENCH, at=NOW)
    currency = PointCurrency.objects.get(program=program, slug="xp")
    ids = some_members(program, members)
    for each in PointCurrency.objects.filter(program=program):
        some_accounts(program, each, ids)
    return program, currency, ids


def _told(
    program: Program, currency: PointCurrency, members: list[Id], *, first: int, last: int
) -> None:
    run(_DEEDS, [program.pk, currency.pk, NOW, NOW, members, first, last])


def _fact(program: Program, member_id: Id, number: int) -> DeedsChanged:
    when = NOW + timedelta(hours=number)
    return DeedsChanged(
        program_id=program.pk,
        member_id=member_id,
        at=when,
        kinds="points.earned",
        first_at=when,
        last_at=when,
    )


def _in_claims(
    receive: Callable[[Sequence[DeedsChanged]], object], batch: Sequence[DeedsChanged]
) -> Cost:
    def work() -> None:
        for start in range(0, len(batch), AT_ONCE):
            claim = batch[start : start + AT_ONCE]
            units.run(lambda claim=claim: receive(claim))  # type: ignore[misc]

    return cost_of(work, pieces=len(batch))
