"""Measuring: levels as a measure of other definitions (`level.reached`), and what a curve would do on real history."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.criteria.life.games import Report
from gamification.criteria.measures import shapes
from gamification.criteria.measures.counting import Crossing, Who, crossings
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import StateMeasure, register_measure
from gamification.levels.curves import specs_of
from gamification.levels.facts import LevelBackfilled, LevelReached
from gamification.levels.kinds import GAME
from gamification.levels.models import LevelMark
from loyalty.foundation.ids import Id, shown
from loyalty.programs.tenants import Program

SAMPLES: Final = 10


def read_levels(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    """Since when members have been at each level; one statement."""
    rows = LevelMark.objects.filter(
        definition__program=program,
        definition__game=GAME,
        definition__slug=spec.told["level"],
        member_id__in=member_ids,
        level__in=targets,
    )
    return [
        Crossing(member_id=member_id, key="", target=level, at=reached_at, value=level)
        for member_id, level, reached_at in rows.values_list("member_id", "level", "reached_at")
    ]


def preview(
    *,
    program: Program,
    definition_id: Id,
    settings: Mapping[str, Any],
    zone: str,
    member_ids: Collection[Id],
    at: datetime,
) -> Report:
    """How many of these members would have come to each level, when, and what it would cost."""
    (spec,) = specs_of(program, settings, zone=zone)
    thresholds = settings["thresholds"]
    who = [Who(member_id=each) for each in sorted(member_ids)]
    found = crossings(spec=spec, zone=zone, who=who, targets=thresholds[1:]) if who else []
    prizes = {each["level"]: each["prize"] for each in settings.get("prizes", ())}
    by_level: dict[str, int] = {}
    by_month: dict[str, int] = {}
    money = 0
    for each in found:
        level = thresholds.index(each.target) + 1
        by_level[str(level)] = by_level.get(str(level), 0) + 1
        month = f"{each.at:%Y-%m}"
        by_month[month] = by_month.get(month, 0) + 1
        money += prizes.get(level, {}).get("cost", 0)
    samples = [
        {
            "member": shown("mem", each.member_id),
            "experience": each.value,
            "at": each.at.isoformat(),
        }
        for each in found[:SAMPLES]
    ]
    return Report(
        members=len({each.member_id for each in found}),
        reached=frozenset(
            (each.member_id, str(thresholds.index(each.target) + 1)) for each in found
        ),
        by_item=dict(sorted(by_level.items(), key=lambda each: int(each[0]))),
        by_month=dict(sorted(by_month.items())),
        money=money,
        samples=samples,
    )


register_measure(
    StateMeasure(
        kind=shapes.LEVEL,
        read=read_levels,
        facts=frozenset({LevelReached.name, LevelBackfilled.name}),
    )
)
