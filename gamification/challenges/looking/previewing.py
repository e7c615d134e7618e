"""Previewing: who would have done a challenge, had it been there; reads and writes nothing (G-23, G-24)."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from gamification.challenges.attempts.progressing import Standing, standings_in
from gamification.challenges.terms import Run, Terms, read_terms, run_at, run_from_joining
from gamification.criteria.life.games import Report
from gamification.criteria.measures.counting import Who
from gamification.prizes.shapes import amount_of
from loyalty.foundation.ids import Id, shown
from loyalty.members.persons import standings_of
from loyalty.programs.calendar import Period
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
    """Members who have done it in the window that is open now, by step; what that costs; ten of them.

    Where members join, the window is the latest whole one, as though all had joined on its first day.
    """
    terms = read_terms(program, settings, zone=zone)
    run = _run(terms, at=at)
    active = sorted(each for each, s in standings_of(member_ids).items() if s.is_active)
    if run is None or not active:
        return Report(members=0)
    who = [Who(member_id=each, since=run.starts_at, until=run.ends_at) for each in active]
    found = standings_in(program=program, terms=terms, who=who, at=at)
    reached: Counter[str] = Counter()
    done: list[tuple[Id, Standing]] = []
    for (member_id, _key), standings in found.items():
        reached.update(_steps_reached(terms, standings))
        done += [(member_id, each) for each in standings if each.completed_at]
    return _report(terms, done, reached)


def _report(terms: Terms, done: list[tuple[Id, Standing]], reached: Mapping[str, int]) -> Report:
    paid = min(len(done), terms.winners) if terms.winners else len(done)
    prize = terms.prize
    return Report(
        members=len({member_id for member_id, _standing in done}),
        by_item=reached,
        reached=frozenset((member_id, "") for member_id, _standing in done),
        cost_by_kind={str(prize["kind"]): paid * amount_of(prize)} if prize and paid else {},
        money=paid * int(prize.get("cost", 0)) if prize else 0,
        by_month=Counter(f"{s.completed_at:%Y-%m}" for _member, s in done),
        samples=[
            {
                "member": shown("mem", member_id),
                "at": standing.completed_at.isoformat() if standing.completed_at else "",
                "values": list(standing.values),
            }
            for member_id, standing in done[:SAMPLES_MAX]
        ],
    )


def _run(terms: Terms, *, at: datetime) -> Run | None:
    if "from_joining" not in terms.window:
        return run_at(terms, at, opened_at=at)
    length = Period.read(terms.window["from_joining"])
    return run_from_joining(terms, at - timedelta(days=length.days + 31 * length.months), key="")


def _steps_reached(terms: Terms, standings: list[Standing]) -> list[str]:
    """How many steps each go has done: `1`, `2` …"""
    steps = []
    for standing in standings:
        for place, step in enumerate(terms.steps):
            if standing.values[place] >= step.at_least:
                steps.append(str(place + 1))
    return steps
