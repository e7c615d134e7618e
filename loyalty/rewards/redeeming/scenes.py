"""Scenes: all that decides about wishes, read under the members' locks in a constant number of statements."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.reports.balances import available_of
from loyalty.programs.calendar import Unit, first_day_of, local_day
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.offers import Offer
from loyalty.tiers.book import open_book

LONG_AGO: Final = date(1900, 1, 1)  # before the first redemption, and a date in every calendar
# Used pieces by day, so that one statement serves the limits of all periods.
_PEOPLE: Final = """
    SELECT m.id, m.status, m.joined_at, m.rests_until,
           ARRAY(SELECT s.segment FROM loyalty_segmentmembership s
                 WHERE s.member_id = m.id AND s.entered_at <= told.at AND (s.left_at IS NULL OR s.left_at > told.at)),
           EXISTS (SELECT FROM loyalty_redemption r
                   WHERE r.member_id = m.id AND r.origin = 'redemption' AND r.state <> 'cancelled'),
           (SELECT json_agg(json_build_array(r.reward_id, r.day, r.pieces))::text FROM (
                SELECT r.reward_id, r.day, sum(r.quantity) AS pieces FROM loyalty_redemption r
                WHERE r.member_id = m.id AND r.reward_id = ANY(told.rewards) AND r.day >= told.first
                  AND r.state <> 'cancelled'
                GROUP BY r.reward_id, r.day) r)
    FROM loyalty_member m
    CROSS JOIN (SELECT %s::timestamptz AS at, %s::uuid[] AS rewards, %s::date AS first) told
    WHERE m.id = ANY(%s::uuid[]) AND m.program_id = %s
"""
_CURRENCIES: Final = """
    SELECT id, slug, expiry FROM loyalty_pointcurrency WHERE program_id = %s ORDER BY position, slug
"""


@dataclass(frozen=True, slots=True)
class Currency:
    """A point currency, as far as rewards ask for it."""

    id: Id
    slug: str
    expiry: Mapping[str, Any]


@dataclass(slots=True)
class Person:
    """One member as a wish finds them; the tier is known where an offer asks for it."""

    id: Id
    status: str
    joined_on: date
    tier: str | None
    rests_until: datetime | None = None
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
    currencies: Sequence[Currency]
    used: defaultdict[tuple[Id, Id], dict[date, int]]  # pieces by day, of a member and a reward
    pieces: dict[Id, int] = field(default_factory=dict)  # left, of what is limited
    left: dict[Id, int] = field(default_factory=dict)  # once all of this is handed out

    def used_in(self, member_id: Id, reward_id: Id, unit: Unit) -> int:
        """How many pieces the member has had in the current period of this length."""
        first = self.first_day(unit)
        days = self.used[member_id, reward_id]
        return sum(count for day, count in days.items() if day >= first)

    def first_day(self, unit: Unit) -> date:
        return first_day_of(unit, self.day, week_starts_on=self.program.week_starts_on)

    def currency(self, slug: str) -> Currency | None:
        """The programme's point currency of this slug."""
        return next((each for each in self.currencies if each.slug == slug), None)


def read_currencies(program: Program) -> list[Currency]:
    """The programme's point currencies, in their order."""
    rows = run(_CURRENCIES, [program.pk])
    return [Currency(row[0], row[1], json.loads(row[2])) for row in rows]


def read_scene(
    *,
    program: Program,
    member_ids: Collection[Id],
    offers: Collection[Offer],
    currencies: Sequence[Currency],
    at: datetime,
) -> Scene:
    """Read what decides about handing these offers to these members: two statements for any number of them, four where tiers decide."""
    ids = sorted(member_ids)
    scene = Scene(
        program=program,
        at=at,
        day=local_day(at, program.zone),
        people={},
        currencies=currencies,
        used=defaultdict(dict),
    )
    asked = any(offer.asks_for_tiers for offer in offers)
    book = open_book(program=program, member_ids=ids, at=at) if asked else None
    limits = [(offer.reward_id, limit.unit) for offer in offers for limit in offer.limits]
    first = min([scene.first_day(unit) for _reward_id, unit in limits], default=scene.day)
    limited = sorted({reward_id for reward_id, _unit in limits})
    rows = run(_PEOPLE, [at, limited, max(first, LONG_AGO), ids, program.pk])
    for member_id, status, joined_at, rests_until, segments, has_redeemed, used in rows:
        tier = book.tier_at(member_id, at) if book else None
        scene.people[member_id] = Person(
            id=member_id,
            status=status,
            joined_on=local_day(joined_at, program.zone),
            tier=tier.slug if tier else None,
            rests_until=rests_until,
            segments=frozenset(segments),
            has_redeemed=has_redeemed,
        )
        for reward_id, day, pieces in json.loads(used) if used else ():
            scene.used[member_id, Id(reward_id)][date.fromisoformat(day)] = pieces
    for (member_id, currency_id), points in available_of(member_ids=ids, at=at).items():
        scene.people[member_id].available[currency_id] = points
    return scene
