"""Claiming: which lanes have work, and the oldest facts of one lane, held by one worker at a time (V-12)."""

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

# One look into the index per lane. Without the LIMIT it would be planned as a join over all that waits.
DUE_LANES: Final = """
    SELECT receiver.name, lane.number
    FROM unnest(%s::text[]) AS receiver (name), generate_series(0, %s) AS lane (number),
         LATERAL (
             SELECT FROM loyalty_fact_delivery AS delivery
             WHERE delivery.receiver = receiver.name AND delivery.lane = lane.number
               AND delivery.state = 'waiting' AND delivery.due_at <= %s
             LIMIT 1
         ) AS due
"""

DUE_LANES_OF_PROGRAM: Final = """
    SELECT DISTINCT delivery.receiver, delivery.lane
    FROM loyalty_fact_delivery AS delivery
    JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
    WHERE delivery.receiver = ANY(%s) AND delivery.lane <= %s
      AND delivery.state = 'waiting' AND delivery.due_at <= %s AND fact.program_id = %s
"""

# Whoever has a fact that was put off waits behind it, facts of others do not (V-14).
CLAIM: Final = """
    SELECT delivery.id, fact.id, fact.name, fact.program_id, fact.member_id, fact.at, fact.body,
           fact.request_id, fact.trace_id
    FROM loyalty_fact_delivery AS delivery
    JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
    WHERE delivery.receiver = %(receiver)s AND delivery.lane = %(lane)s
      AND delivery.state = 'waiting' AND delivery.due_at <= %(at)s
      AND (%(program)s::uuid IS NULL OR fact.program_id = %(program)s)
      AND coalesce(fact.member_id, fact.program_id) <> ALL (ARRAY(
          SELECT coalesce(blocking.member_id, blocking.program_id)
          FROM loyalty_fact_delivery AS put_off
          JOIN loyalty_announced_fact AS blocking ON blocking.id = put_off.fact_id
          WHERE put_off.receiver = %(receiver)s AND put_off.lane = %(lane)s
            AND put_off.state = 'waiting' AND put_off.tries > 0 AND put_off.due_at > %(at)s
      ))
    ORDER BY delivery.fact_id
    LIMIT %(limit)s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One thirty-second of one receiver's members."""

    receiver: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery that is ours until the transaction ends, with its fact."""

    delivery_id: int
    told: Told


def lanes_due(
    *, receivers: Collection[str], at: datetime, program_id: Id | None = None
) -> list[Lane]:
    """Lanes of these receivers in which something is due, of one programme if so wished."""
    values: list[Any] = [list(receivers), LANES - 1, at]
    with connection.cursor() as cursor:
        if program_id is None:
            cursor.execute(DUE_LANES, values)
        else:
            cursor.execute(DUE_LANES_OF_PROGRAM, [*values, program_id])
        return [Lane(receiver=receiver, number=number) for receiver, number in cursor.fetchall()]


@inside_unit_of_work
def lock_lane(lane: Lane) -> bool:
    """Hold this lane until the transaction ends; False where another worker holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [_number_of(lane.receiver), lane.number]
        )
        return bool(cursor.fetchone()[0])


@inside_unit_of_work
def claim(
    *, lane: Lane, at: datetime, size_max: int, program_id: Id | None = None
) -> Sequence[Claimed]:
    """The oldest facts that are due in a lane which is held, in order; at most `size_max`."""
    values: dict[str, Any] = {
        "receiver": lane.receiver,
        "lane": lane.number,
        "at": at,
        "program": program_id,
        "limit": size_max,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
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
        assert cursor.rowcount == len(claimed), "somebody else delivered facts of a lane we hold"


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
