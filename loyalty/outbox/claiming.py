"""Claiming: which lanes have work, and the oldest facts of some lanes, held by one worker at a time (V-12)."""

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Told
from loyalty.outbox.kinds import LANES

BATCH_MAX: Final = 500
FEW: Final = BATCH_MAX // LANES  # where no lane has more, all of them fit into one batch

# One look into the index per lane. Without the LIMIT it would be planned as a join over all that waits.
DUE_LANES: Final = """
    SELECT receiver.name, lane.number, due.waiting
    FROM unnest(%(receivers)s::text[]) AS receiver (name), generate_series(0, %(last)s) AS lane (number),
         LATERAL (
             SELECT count(*) AS waiting FROM (
                 SELECT FROM loyalty_fact_delivery AS delivery
                 WHERE delivery.receiver = receiver.name AND delivery.lane = lane.number
                   AND delivery.state = 'waiting' AND delivery.due_at <= %(at)s
                 LIMIT %(few)s + 1
             ) AS first
         ) AS due
    WHERE due.waiting > 0
"""

DUE_LANES_OF_PROGRAM: Final = """
    SELECT delivery.receiver, delivery.lane, count(*)
    FROM loyalty_fact_delivery AS delivery
    JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
    WHERE delivery.receiver = ANY(%(receivers)s) AND delivery.lane <= %(last)s
      AND delivery.state = 'waiting' AND delivery.due_at <= %(at)s AND fact.program_id = %(program)s
    GROUP BY delivery.receiver, delivery.lane
"""

# Whoever has a fact that was put off waits behind it, facts of others do not (V-14).
_CLAIM: Final = """
    SELECT delivery.id, fact.id, fact.name, fact.program_id, fact.member_id, fact.at, fact.body,
           fact.request_id, fact.trace_id
    FROM loyalty_fact_delivery AS delivery
    JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
    WHERE delivery.receiver = %(receiver)s AND delivery.lane {among}
      AND delivery.state = 'waiting' AND delivery.due_at <= %(at)s
      AND (%(program)s::uuid IS NULL OR fact.program_id = %(program)s)
      AND coalesce(fact.member_id, fact.program_id) <> ALL (ARRAY(
          SELECT coalesce(blocking.member_id, blocking.program_id)
          FROM loyalty_fact_delivery AS put_off
          JOIN loyalty_announced_fact AS blocking ON blocking.id = put_off.fact_id
          WHERE put_off.receiver = %(receiver)s AND put_off.lane {among}
            AND put_off.state = 'waiting' AND put_off.tries > 0 AND put_off.due_at > %(at)s
      ))
    ORDER BY delivery.fact_id
    LIMIT %(limit)s
"""
# A lane alone is read in the order of its index, however much waits in it.
CLAIM_ONE: Final = _CLAIM.format(among="= (%(lanes)s::smallint[])[1]")
CLAIM_SOME: Final = _CLAIM.format(among="= ANY(%(lanes)s::smallint[])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lanes:
    """Some of one receiver's lanes, each a thirty-second of the members: those with little to do together, others alone."""

    receiver: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery that is ours until the transaction ends, with its fact."""

    delivery_id: int
    told: Told


def lanes_due(
    *, receivers: Collection[str], at: datetime, program_id: Id | None = None
) -> list[Lanes]:
    """Lanes of these receivers in which something is due, of one programme if so wished.

    Lanes with few facts come together, as a batch costs the same for one fact and for hundreds. Full ones come alone,
    so that workers share them.
    """
    values: dict[str, Any] = {"receivers": list(receivers), "last": LANES - 1, "at": at}
    with connection.cursor() as cursor:
        if program_id is None:
            cursor.execute(DUE_LANES, {**values, "few": FEW})
        else:
            cursor.execute(DUE_LANES_OF_PROGRAM, {**values, "program": program_id})
        found = cursor.fetchall()
    together: dict[str, list[int]] = {}
    for receiver, number, waiting in found:
        if waiting <= FEW:
            together.setdefault(receiver, []).append(number)
    return [Lanes(receiver=name, numbers=tuple(several)) for name, several in together.items()] + [
        Lanes(receiver=receiver, numbers=(number,))
        for receiver, number, waiting in found
        if waiting > FEW
    ]


@inside_unit_of_work
def lock_lanes(lanes: Lanes) -> Lanes:
    """Hold those of these lanes that no other worker holds, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number FROM unnest(%s::int[]) AS number WHERE pg_try_advisory_xact_lock(%s, number)",
            [list(lanes.numbers), _number_of(lanes.receiver)],
        )
        free = tuple(number for (number,) in cursor.fetchall())
    return Lanes(receiver=lanes.receiver, numbers=free)


@inside_unit_of_work
def claim(
    *, lanes: Lanes, at: datetime, size_max: int, program_id: Id | None = None
) -> Sequence[Claimed]:
    """The oldest facts that are due in lanes which are held, in order; at most `size_max`."""
    values: dict[str, Any] = {
        "receiver": lanes.receiver,
        "lanes": list(lanes.numbers),
        "at": at,
        "program": program_id,
        "limit": size_max,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_ONE if len(lanes.numbers) == 1 else CLAIM_SOME, values)
        return [_claimed(row) for row in cursor.fetchall()]


@inside_unit_of_work
def mark_delivered(claimed: Sequence[Claimed]) -> None:
    """The receiver is through with these."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_fact_delivery SET state = 'delivered', tries = tries + 1,"
            " failing_since = NULL WHERE id = ANY(%s) AND state = 'waiting'",
            [[each.delivery_id for each in claimed]],
        )
        assert cursor.rowcount == len(claimed), "somebody else delivered facts of lanes we hold"


def _number_of(receiver: str) -> int:
    """A receiver's half of the lock's key: 31 bits that every process computes alike."""
    return zlib.crc32(receiver.encode()) & 0x7FFFFFFF


def _claimed(row: tuple[Any, ...]) -> Claimed:
    delivery_id, fact_id, name, program_id, member_id, at, body, request_id, trace_id = row
    return Claimed(
        delivery_id=delivery_id,
        told=Told(
            id=fact_id,
            name=name,
            program_id=program_id,
            member_id=member_id,
            at=at,
            body=json.loads(body),  # Django hands jsonb to plain cursors as text
            request_id=request_id,
            trace_id=trace_id,
        ),
    )
