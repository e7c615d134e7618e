"""States: measures about how a member stands: since when is it true now. Games register those about themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from gamification.criteria.measures import shapes
from gamification.criteria.measures.counting import Crossing
from gamification.criteria.measures.specs import Spec
from loyalty.foundation.ids import Id
from loyalty.members.persons import standings_of
from loyalty.members.segments.segmenting import segments_of
from loyalty.programs.calendar import Period
from loyalty.programs.tenants import Program
from loyalty.tiers.book import open_book
from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.states.reading import read_moves

_UNITS: Final = {"days": "D", "months": "M", "years": "Y"}


class Reads(Protocol):
    """Since when each member has it, at each target; who has it not is absent. As many statements for any number."""

    def __call__(
        self,
        *,
        program: Program,
        spec: Spec,
        zone: str,
        member_ids: Collection[Id],
        targets: Sequence[int],
        at: datetime,
    ) -> list[Crossing]: ...


@dataclass(frozen=True, kw_only=True)
class StateMeasure:
    """A measure of the catalogue that a room answers. `facts` are what wakes it; `by_clock`: so does each new day."""

    kind: str
    read: Reads
    facts: frozenset[str]
    by_clock: bool = False


_measures: Final[dict[str, StateMeasure]] = {}


def register_measure(measure: StateMeasure) -> None:
    """Called once per kind, by the room that keeps what it looks at."""
    assert measure.kind in shapes.KINDS, f"{measure.kind} is not in the catalogue"
    _measures[measure.kind] = measure


def measure_called(kind: str) -> StateMeasure | None:
    """Who answers for this kind, if its game is built."""
    return _measures.get(kind)


def wakes(spec: Spec) -> frozenset[str]:
    """Kinds of deeds, or facts, after which this measure may answer otherwise."""
    if spec.is_over_deeds:
        return frozenset({spec.of})
    measure = _measures.get(spec.kind)
    return measure.facts if measure else frozenset()


def is_by_clock(spec: Spec) -> bool:
    """Whether time alone may change the answer."""
    measure = _measures.get(spec.kind)
    return measure is not None and measure.by_clock


def _tenure(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    unit = _UNITS[spec.told["unit"]]
    found = []
    for member_id, standing in standings_of(member_ids).items():
        for target in targets:
            reached = Period.read(f"P{target}{unit}").after(standing.joined_at, zone=zone)
            if reached <= at:
                found.append(Crossing(member_id=member_id, key="", target=target, at=reached, value=target))  # fmt: skip
    return found


def _tier(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    """`ever`: the first time at or above the tier; `now`: since when without a break."""
    ladder = ladder_of(program.pk).live
    ranks = {tier.slug: tier.rank for tier in ladder.terms.tiers} if ladder else {}
    wanted = ranks.get(spec.told["tier"])
    if wanted is None:
        return []
    book = open_book(program=program, member_ids=member_ids, at=at)
    moves = read_moves(member_ids=member_ids)
    joined = standings_of(member_ids)
    found = []
    for member_id in member_ids:
        steps = [(joined[member_id].joined_at, 0)]
        steps += [(when, ranks.get(to, 0)) for when, _from, to in moves[member_id] if when <= at]
        since = _since(steps, wanted, is_now=spec.told.get("when") == "now")
        tier = book.tier_at(member_id, at)
        if spec.told.get("when") == "now" and (tier is None or tier.rank < wanted):
            since = None
        if since is not None:
            found.append(Crossing(member_id=member_id, key="", target=1, at=since, value=1))
    return found


def _since(steps: Sequence[tuple[datetime, int]], wanted: int, *, is_now: bool) -> datetime | None:
    since = None
    for when, rank in steps:
        if rank >= wanted:
            since = since or when
        elif is_now:
            since = None
    return since


def _segment(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    rows = segments_of(member_ids=member_ids)
    return [
        Crossing(member_id=member_id, key="", target=1, at=each.entered_at, value=1)
        for member_id, memberships in rows.items()
        for each in memberships
        if each.segment == spec.told["segment"] and each.left_at is None
    ]


def _within(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    if spec.since is None or spec.until is None or not spec.since <= at < spec.until:
        return []
    return [
        Crossing(member_id=each, key="", target=1, at=spec.since, value=1) for each in member_ids
    ]


for _kind, _read, _facts, _clock in (
    (shapes.TENURE, _tenure, {"member.enrolled"}, True),
    (shapes.TIER, _tier, {"tier.upgraded", "tier.downgraded"}, False),
    (shapes.SEGMENT, _segment, {"member.segment_entered", "member.segment_left"}, False),
    (shapes.WITHIN, _within, set(), True),
):
    register_measure(StateMeasure(kind=_kind, read=_read, facts=frozenset(_facts), by_clock=_clock))
