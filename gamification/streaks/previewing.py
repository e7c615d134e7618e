"""Previewing: how long streaks would be on the history there is; reads and writes nothing (G-23, G-24)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from gamification.criteria.life.games import Report
from gamification.criteria.measures.specs import read_spec
from gamification.streaks.keeping.counting import Cut, days_in
from gamification.streaks.keeping.courses import Streak, Wording, clocks_of
from gamification.streaks.keeping.following import FIRST
from gamification.streaks.walks.terms import Terms
from gamification.streaks.walks.walking import Course, Day, Walk, walk
from loyalty.foundation.ids import Id, shown
from loyalty.programs.tenants import Program

SAMPLES_MAX: Final = 10
STEPS: Final = (1, 2, 3, 5, 10, 20, 50, 100)  # lengths by which members are counted


def preview(
    *,
    program: Program,
    definition_id: Id,
    settings: Mapping[str, Any],
    zone: str,
    member_ids: Collection[Id],
    at: datetime,
) -> Report:
    """Members by the longest streak that they would have had, and in which month it began to last."""
    streak = Streak(
        id=definition_id,
        program_id=program.pk,
        zone=zone,
        counts_from=None,
        wordings=[
            Wording(
                version_id=definition_id,
                since=FIRST,
                terms=Terms.read(settings),
                spec=read_spec(settings["condition"]["measure"], program=program, zone=zone),
            )
        ],
    )
    walks = {
        member_id: walked
        for member_id, walked in _walks(program, streak, member_ids, at).items()
        if walked.longest
    }
    longest = sorted(walks.items(), key=lambda each: (-each[1].longest, each[0]))
    return Report(
        members=len(walks),
        reached=_reached(walks),
        by_item={
            str(step): count
            for step in STEPS
            if (count := sum(each.longest >= step for each in walks.values()))
        },
        by_month=dict(
            sorted(Counter(each.steps[0].span.key[:7] for each in walks.values()).items())
        ),
        samples=[
            {"member": shown("mem", member_id), "longest": each.longest, "current": each.current}
            for member_id, each in longest[:SAMPLES_MAX]
        ],
    )


def _reached(walks: Mapping[Id, Walk]) -> frozenset[tuple[Id, str]]:
    """Who would have had which length."""
    return frozenset(
        (member_id, str(step))
        for member_id, walked in walks.items()
        for step in STEPS
        if walked.longest >= step
    )


def _walks(
    program: Program, streak: Streak, member_ids: Collection[Id], at: datetime
) -> dict[Id, Walk]:
    pairs = [(streak.id, member_id) for member_id in member_ids]
    clocks = clocks_of(program=program, streaks={streak.id: streak}, pairs=pairs)
    cuts = [
        Cut(pair=pair, clock=clocks[pair], since=FIRST, until=clocks[pair].at(at).ends_at)
        for pair in sorted(pairs)
    ]
    days: dict[Id, dict[date, Day]] = defaultdict(dict)
    for (pair, span), day in days_in(streaks={streak.id: streak}, cuts=cuts).items():
        days[pair[1]][span.first] = day
    return {
        member_id: walk(
            Course(clock=clocks[streak.id, member_id], terms=streak.terms, days=days[member_id]),
            now=at,
        )
        for member_id in days
    }
