"""Worth: what events are worth to a card now, and what they gave."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from gamification.criteria.life.catalogue import Live
from gamification.criteria.measures.counting import counted
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

FIRST: Final = datetime.fromisoformat("1970-01-02T00:00:00+00:00")
MOMENT: Final = timedelta(microseconds=1)
_WORTH: Final = """
    WITH who AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::timestamptz[]) AS told (member_id, key, since, until)
    ), counted AS ({counted})
    SELECT c.key, c.member_id, d.source_id, sum(c.v)::bigint, max(c.occurred_at)
    FROM counted c JOIN gamification_deed d ON d.id = c.deed_id
    GROUP BY c.key, c.member_id, d.source_id
"""
# By member and time, what events gave and what is left of it; and, whoever's it is, what these very events gave.
_GIVEN: Final = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])
               AS asked (card_id, member_id, since, until)
    ), events AS MATERIALIZED (
        SELECT DISTINCT * FROM unnest(%s::uuid[], %s::text[]) AS events (card_id, source_id)
    ), mine AS (
        SELECT s.* FROM asked a JOIN gamification_stamp s
          ON s.card_id = a.card_id AND s.member_id = a.member_id AND s.at >= a.since AND s.at < a.until
         AND s.source = 'event' AND s.kind = 'given'
        UNION
        SELECT s.* FROM events e JOIN gamification_stamp s
          ON s.card_id = e.card_id AND s.source = 'event' AND s.source_id = e.source_id AND s.kind = 'given'
    )
    SELECT m.card_id, m.source_id, m.id, m.member_id, m.version_id, m.quantity,
           COALESCE((SELECT sum(t.quantity) FROM gamification_stamp t WHERE t.refers_to_id = m.id), 0)::int
    FROM mine m
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A card and a member, and when what is looked at happened."""

    card: Live
    member_id: Id
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """What an event is worth to a card, net, and when it happened."""

    asked: Asked
    worth: int
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What an event gave, and what is left of it."""

    stamp_id: Id
    member_id: Id
    version_id: Id
    quantity: int
    left: int


# A card and an event.
Slot: TypeAlias = tuple[Id, str]


def worth_of(asked: Sequence[Asked]) -> dict[Slot, Worth]:
    """What each event in the asked times is worth now; one statement per distinct measure."""
    by_measure: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_measure[f"{each.card.specs[0].digest} {each.card.zone}"].append(each)
    found = {}
    for some in by_measure.values():
        inner = counted(some[0].card.specs[0], zone=some[0].card.zone)
        who = [
            [each.member_id for each in some],
            [str(number) for number in range(len(some))],
            [each.since for each in some],
            [each.until for each in some],
        ]
        sql = _WORTH.replace("{counted}", inner.text)
        for key, _member, event_id, worth, at in run(sql, [*who, *inner.values]):
            one = some[int(key)]
            found[one.card.definition_id, str(event_id)] = Worth(asked=one, worth=worth, at=at)
    return found


def given_by(asked: Sequence[Asked], worth: Mapping[Slot, Worth]) -> dict[Slot, Given]:
    rows = run(
        _GIVEN,
        [
            [each.card.definition_id for each in asked],
            [each.member_id for each in asked],
            [each.since for each in asked],
            [each.until for each in asked],
            [card_id for card_id, _event in worth],
            [event for _card_id, event in worth],
        ],
    )
    return {
        (card_id, event): Given(
            stamp_id=stamp_id,
            member_id=member_id,
            version_id=version_id,
            quantity=quantity,
            left=quantity + taken,
        )
        for card_id, event, stamp_id, member_id, version_id, quantity, taken in rows
    }
