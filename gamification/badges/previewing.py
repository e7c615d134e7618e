"""Previewing: what a badge would give on real history, and one page of a backfill (G-23, G-24, G-26)."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from gamification.badges.awards.looking import look
from gamification.badges.awards.reaching import Place, Reached, reached_places
from gamification.badges.awards.sparing import Wake
from gamification.badges.families import read_family
from gamification.badges.kinds import Revocation
from gamification.criteria.deciding import Ask, decide_all
from gamification.criteria.kinds import DefinitionState, GrantExisting
from gamification.criteria.life.catalogue import Live, book_of
from gamification.criteria.life.games import Report, Settings
from gamification.criteria.life.previewing import SAMPLES
from gamification.criteria.measures.counting import Who
from gamification.criteria.measures.states import is_by_clock
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.persons import standings_of
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program


def preview(
    *,
    program: Program,
    definition_id: Id,
    settings: Settings,
    zone: str,
    member_ids: Collection[Id],
    at: datetime,
) -> Report:
    """Who of these would get which tier when, and what it would cost; by the very query that decides."""
    live = Live(
        definition_id=definition_id,
        version_id=definition_id,
        game="badge",
        slug="",
        texts={},
        number=0,
        state=DefinitionState.LIVE,
        settings=settings,
        zone=zone,
        specs=(),
        opened_at=at,
        published_at=at,
        grant_existing=GrantExisting.SILENT,
        parsed=read_family(program, settings, zone, at),
    )
    family = live.parsed
    active = [each for each, how in standings_of(member_ids).items() if how.is_active]
    ask = Ask(
        condition=family.condition,
        zone=zone,
        who=[Who(member_id=each) for each in sorted(active)],
        targets=family.targets,
        every=family.is_every,
    )
    (found,) = decide_all(program=program, asks=[ask], at=at)
    reached = reached_places(live, found)
    return _report(reached, zone=zone)


def _report(reached: Mapping[Place, Reached], *, zone: str) -> Report:
    costs: Counter[str] = Counter()
    money = 0
    for each in reached.values():
        if each.tier.prize:
            costs[str(each.tier.prize["kind"])] += int(each.tier.prize.get("points", 1))
            money += int(each.tier.prize.get("cost", 0))
    first = sorted(reached.items(), key=lambda pair: (pair[1].at, pair[0]))
    return Report(
        members=len({member_id for _rank, member_id, _occasion in reached}),
        reached=frozenset(
            (member_id, f"{each.tier.slug} {occasion}".strip())
            for (_rank, member_id, occasion), each in reached.items()
        ),
        by_item=Counter(each.tier.slug for each in reached.values()),
        cost_by_kind=costs,
        money=money,
        by_month=Counter(f"{local_day(each.at, zone):%Y-%m}" for each in reached.values()),
        samples=[
            {
                "member": shown("mem", member_id),
                "tier": each.tier.slug,
                "occasion": occasion,
                "earned_at": each.at.isoformat(),
                "value": each.crossing.value,
                "target": each.crossing.target,
            }
            for (_rank, member_id, occasion), each in first[:SAMPLES]
        ],
    )


@inside_unit_of_work
def fill(
    *,
    program: Program,
    definition_id: Id,
    member_ids: Collection[Id],
    is_silent: bool,
    at: datetime,
) -> None:
    """One page of members for one badge, by the set query, whatever the tallies say."""
    badges = [each for each in book_of(program).of("badge") if each.definition_id == definition_id]
    look(
        program=program,
        badges=badges,
        member_ids=member_ids,
        wake=Wake(is_silent=is_silent, is_complete=True),
        at=at,
    )


def looked_at_nightly(live: Live) -> bool:
    """Whether time alone may change what this badge says: by the clock, or as long as something is true."""
    return live.parsed.revocation == Revocation.WHILE_TRUE or any(
        is_by_clock(spec) for spec in live.specs
    )
