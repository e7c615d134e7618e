"""Previewing: what a card would have given on the history there is; reads and writes nothing (G-23)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from gamification.criteria.life.catalogue import Live
from gamification.criteria.life.games import Report
from gamification.criteria.measures.specs import read_spec
from gamification.stamps.automatic.sources import Source
from gamification.stamps.automatic.worth import FIRST, MOMENT, Asked, worth_of
from gamification.stamps.keeping.cards import Card
from gamification.stamps.kinds import GAME
from loyalty.foundation.ids import Id, shown
from loyalty.programs.tenants import Program

SAMPLES_MAX: Final = 10


def preview(
    *,
    program: Program,
    definition_id: Id,
    settings: Mapping[str, Any],
    zone: str,
    member_ids: Collection[Id],
    at: datetime,
) -> Report:
    """Members with stamps, how often each position would have been reached and what that costs, by month."""
    source = Source.read(settings)
    if source is None:
        return Report(members=0)
    card = _as_if_live(program, definition_id, settings, source, zone=zone, at=at)
    asked = [
        Asked(card=card, member_id=member_id, since=FIRST, until=at + MOMENT)
        for member_id in sorted(member_ids)
    ]
    events: dict[Id, list[tuple[datetime, int]]] = defaultdict(list)
    for each in worth_of(asked).values() if asked else ():
        if stamps := source.stamps(each.worth):
            events[each.asked.member_id].append((each.at, stamps))
    return _report(Card.read(settings), events)


def _report(card: Card, events: Mapping[Id, list[tuple[datetime, int]]]) -> Report:
    positions: Counter[str] = Counter()
    months: Counter[str] = Counter()
    cost: Counter[str] = Counter()
    totals: dict[Id, int] = {}
    had: set[tuple[Id, str]] = set()
    for member_id, told in events.items():
        total = card.endowed
        for at, stamps in sorted(told):
            for reached in card.between(total, total + stamps):
                positions[str(reached.position.at)] += 1
                had.add((member_id, str(reached.position.at)))
                months[at.strftime("%Y-%m")] += 1
                cost[str(reached.position.prize["kind"])] += reached.position.prize.get("cost", 0)
            total += stamps
        totals[member_id] = total
    most = sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:SAMPLES_MAX]
    return Report(
        members=len(totals),
        reached=frozenset(had),
        by_item=dict(sorted(positions.items(), key=lambda each: int(each[0]))),
        cost_by_kind=dict(sorted(cost.items())),
        money=sum(cost.values()),
        by_month=dict(sorted(months.items())),
        samples=[
            {"member": shown("mem", member_id), "stamps": total, "card": card.number(total)}
            for member_id, total in most
        ],
    )


def _as_if_live(
    program: Program,
    definition_id: Id,
    settings: Mapping[str, Any],
    source: Source,
    *,
    zone: str,
    at: datetime,
) -> Live:
    return Live(
        definition_id=definition_id,
        version_id=definition_id,
        game=GAME,
        slug="",
        texts={},
        number=0,
        state="live",
        settings=settings,
        zone=zone,
        specs=(read_spec(source.measure, program=program, zone=zone),),
        opened_at=at,
        published_at=at,
        grant_existing="silent",
    )
