"""Previewing: what a board would look like by now, had it been live: in its present period and for ever (G-23)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from gamification.criteria.deciding import holding
from gamification.criteria.life.games import Report
from gamification.criteria.measures.counting import Who, contributions
from gamification.leaderboards.boards.checking import specs_of
from gamification.leaderboards.boards.keys import span_at
from gamification.leaderboards.boards.terms import read_who
from loyalty.foundation.ids import Id, shown
from loyalty.programs.calendar import Unit
from loyalty.programs.tenants import Program

SAMPLES: Final = 10


def preview(
    *,
    program: Program,
    definition_id: Id,
    settings: Mapping[str, Any],
    zone: str,
    member_ids: Collection[Id],
    at: datetime,
) -> Report:
    """How many of these members would stand on the board now, how many deeds a month count, and the first of them."""
    spec = specs_of(program, settings, zone=zone)[0]
    admitted = _admitted(program, settings, zone, member_ids, at=at)
    who = [Who(member_id=each) for each in sorted(admitted)]
    adds = contributions(spec=spec, zone=zone, who=who)
    now = span_at(Unit(settings.get("period", Unit.MONTH)), at, zone=zone)
    by_month: dict[str, int] = {}
    totals: dict[Id, int] = {}
    everybody: set[Id] = set()
    for each in adds:
        month = span_at(Unit.MONTH, each.occurred_at, zone=zone).key
        by_month[month] = by_month.get(month, 0) + 1
        everybody.add(each.member_id)
        if now.starts_at <= each.occurred_at < now.ends_at:
            earlier = totals.get(each.member_id, 0)
            is_best = settings.get("best", False)
            totals[each.member_id] = max(earlier, each.value) if is_best else earlier + each.value
    first = sorted(totals.items(), key=lambda each: (-each[1], each[0]))[:SAMPLES]
    return Report(
        members=len(totals),
        reached=frozenset((member_id, "") for member_id in everybody),
        by_item={now.key: len(totals), "ever": len(everybody)},
        by_month=dict(sorted(by_month.items())),
        samples=[{"member": shown("mem", member_id), "score": score} for member_id, score in first],
    )


def _admitted(
    program: Program,
    settings: Mapping[str, Any],
    zone: str,
    member_ids: Collection[Id],
    *,
    at: datetime,
) -> Collection[Id]:
    who = read_who(program, settings, zone)
    if who is None:
        return member_ids
    return holding(program=program, condition=who, zone=zone, member_ids=member_ids, at=at)
