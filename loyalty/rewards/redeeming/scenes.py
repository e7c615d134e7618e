"""Scenes: all that decides about wishes, read under the members' locks in a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.members.models import Member
from loyalty.members.segmenting import segments_at_instants
from loyalty.programs.calendar import Unit, first_day_of, local_day
from loyalty.programs.models import PointCurrency, Program
from loyalty.rewards.catalogue.offers import Offer
from loyalty.tiers.book import open_book

# By day, so that one statement serves the limits of all periods.
_USED: Final = """
    SELECT member_id, reward_id, day, sum(quantity)::bigint FROM loyalty_redemption
    WHERE member_id = ANY(%s::uuid[]) AND reward_id = ANY(%s::uuid[]) AND day >= %s AND state <> 'cancelled'
    GROUP BY member_id, reward_id, day
"""
_REDEEMED_BEFORE: Final = """
    SELECT DISTINCT member_id FROM loyalty_redemption
    WHERE member_id = ANY(%s::uuid[]) AND origin = 'redemption' AND state <> 'cancelled'
"""


@dataclass(slots=True)
class Person:
    """One member as a wish finds them."""

    id: Id
    status: str
    joined_on: date
    tier: str | None
    segments: frozenset[str] = frozenset()
    has_redeemed: bool = False
    available: dict[Id, int] = field(default_factory=dict)  # by currency


@dataclass(slots=True)
class Scene:
    """What is known at one instant; moved in memory from wish to wish, as if each were alone (W-20)."""

    program: Program
    at: datetime
    day: date
    people: dict[Id, Person]
    currencies: Sequence[PointCurrency]
    used: defaultdict[tuple[Id, Id], dict[date, int]]  # pieces by day, of a member and a reward
    pieces: dict[Id, int] = field(default_factory=dict)  # left, of what is limited

    def used_in(self, member_id: Id, reward_id: Id, unit: Unit) -> int:
        """How many pieces the member has had in the current period of this length."""
        first = self.first_day(unit)
        days = self.used[member_id, reward_id]
        return sum(count for day, count in days.items() if day >= first)

    def first_day(self, unit: Unit) -> date:
        return first_day_of(unit, self.day, week_starts_on=self.program.week_starts_on)

    def currency(self, slug: str) -> PointCurrency | None:
        """The programme's point currency of this slug."""
        return next((each for each in self.currencies if each.slug == slug), None)


def read_scene(
    *,
    program: Program,
    member_ids: Collection[Id],
    offers: Collection[Offer],
    currencies: Sequence[PointCurrency],
    at: datetime,
) -> Scene:
    """Read what decides about handing these offers to these members; at most six statements.

    Points available are told by whoever holds the accounts (`Person.available`).
    """
    day = local_day(at, program.zone)
    ids = sorted(member_ids)
    people = _people(program, ids, at=at)
    audiences = [offer.audience for offer in offers if offer.audience]
    if any("segments" in audience for audience in audiences):
        asked = segments_at_instants(asked={place: (each, at) for place, each in enumerate(ids)})
        for place, member_id in enumerate(ids):
            people[member_id].segments = asked[place]
    if any("first_redemption" in audience for audience in audiences):
        for (member_id,) in run(_REDEEMED_BEFORE, [ids]):
            people[member_id].has_redeemed = True
    scene = Scene(
        program=program,
        at=at,
        day=day,
        people=people,
        currencies=currencies,
        used=defaultdict(dict),
    )
    _count_used(scene, ids, offers)
    return scene


def _people(program: Program, ids: Sequence[Id], *, at: datetime) -> dict[Id, Person]:
    book = open_book(program=program, member_ids=ids, at=at)
    rows = Member.objects.filter(pk__in=ids, program=program)
    people = {}
    for member_id, status, joined_at in rows.values_list("pk", "status", "joined_at"):
        tier = book.tier_at(member_id, at)
        people[member_id] = Person(
            id=member_id,
            status=status,
            joined_on=local_day(joined_at, program.zone),
            tier=tier.slug if tier else None,
        )
    return people


def _count_used(scene: Scene, ids: Sequence[Id], offers: Collection[Offer]) -> None:
    limited: Mapping[Id, Offer] = {offer.reward_id: offer for offer in offers if offer.limits}
    if not limited:
        return
    units = {limit.unit for offer in limited.values() for limit in offer.limits}
    first = min(scene.first_day(unit) for unit in units)
    for member_id, reward_id, day, count in run(_USED, [list(ids), sorted(limited), first]):
        scene.used[member_id, reward_id][day] = count
