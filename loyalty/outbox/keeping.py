"""Keeping: reading facts in a safe order, asking how far a receiver is, and pruning what is done (V-17)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Told
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import AnnouncedFact, FactDelivery

DELIVERIES_KEPT: Final = timedelta(days=7)
FACTS_KEPT: Final = timedelta(days=30)
PRUNED_AT_ONCE: Final = 5_000

# Ids are drawn before commits, so a lower one may still turn up. Transactions below the snapshot's horizon are all
# over, and none of them can add a row any more: by (transaction, id) nothing is ever passed over.
FACTS_AFTER: Final = """
    SELECT id, name, program_id, member_id, at, body, request_id, trace_id
    FROM loyalty_announced_fact
    WHERE program_id = %s AND (announced_in, id) > (%s, %s)
      AND announced_in < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY announced_in, id LIMIT %s
"""

BEHIND: Final = """
    SELECT EXISTS (
        SELECT FROM loyalty_fact_delivery AS delivery
        JOIN loyalty_announced_fact AS fact ON fact.id = delivery.fact_id
        WHERE delivery.receiver = %s AND delivery.state = 'waiting'
          AND fact.program_id = %s AND fact.at <= %s
    ) OR EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL
          AND pid <> pg_backend_pid() AND %s AND xact_start <= %s
    )
"""


def facts_after(*, program_id: Id, after: int = 0, size_max: int) -> Sequence[Told]:
    """A programme's facts after this one, in an order in which none ever turns up before one already told.

    A fact that is pruned or unknown counts as the beginning of what is kept.
    """
    place = AnnouncedFact.objects.filter(pk=after, program_id=program_id)
    announced_in = place.values_list("announced_in", flat=True).first()
    beginning = (announced_in, after) if announced_in is not None else (-1, 0)
    with connection.cursor() as cursor:
        cursor.execute(FACTS_AFTER, [program_id, *beginning, size_max])
        return [
            Told(
                id=fact_id,
                name=name,
                program_id=program,
                member_id=member_id,
                at=at,
                body=json.loads(body),
                request_id=request_id,
                trace_id=trace_id,
            )
            for fact_id, name, program, member_id, at, body, request_id, trace_id in cursor
        ]


def is_through(*, receiver: str, program_id: Id, up_to: datetime) -> bool:
    """Whether this receiver has had every fact of the programme that happened up to an instant.

    Parked and skipped facts do not hold it up. A transaction that began before the instant and is still writing
    counts as waiting.
    """
    is_past = up_to <= timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, [receiver, program_id, up_to, is_past, up_to])
        return not cursor.fetchone()[0]


def is_overdue(*, at: datetime, by: timedelta) -> bool:
    """Whether a fact that has never failed waits longer than this."""
    waiting = FactDelivery.objects.filter(state=DeliveryState.WAITING, tries=0)
    return waiting.filter(due_at__lt=at - by).exists()


@inside_unit_of_work
def prune(*, at: datetime) -> int:
    """Remove up to 5,000 deliveries done for 7 days and 5,000 facts of 30 days; answers how many rows went."""
    deliveries = _prune_deliveries(before=first_fact_since(at - DELIVERIES_KEPT))
    return deliveries + _prune_facts(before=first_fact_since(at - FACTS_KEPT))


def settle_after_restore() -> None:
    """Transaction numbers of another server mean nothing here: everything restored comes before everything new."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE loyalty_announced_fact SET announced_in = 0 WHERE announced_in > 0")


def first_fact_since(instant: datetime) -> int:
    """The lowest id announced at or after an instant, found by halving: ids and times rise together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM loyalty_announced_fact"
        )
        low, high = cursor.fetchone()
        high += 1
        while low < high:
            middle = (low + high) // 2
            cursor.execute(
                "SELECT id, announced_at FROM loyalty_announced_fact WHERE id >= %s ORDER BY id LIMIT 1",
                [middle],
            )
            found = cursor.fetchone()
            if found is None or found[1] >= instant:
                high = middle
            else:
                low = found[0] + 1
        return int(low)


def _prune_deliveries(*, before: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM loyalty_fact_delivery WHERE id IN ("
            " SELECT id FROM loyalty_fact_delivery"
            " WHERE fact_id < %s AND state IN ('delivered', 'skipped') ORDER BY fact_id LIMIT %s)",
            [before, PRUNED_AT_ONCE],
        )
        return int(cursor.rowcount)


def _prune_facts(*, before: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM loyalty_announced_fact WHERE id IN ("
            " SELECT id FROM loyalty_announced_fact AS fact"
            " WHERE id < %s AND NOT EXISTS ("
            "  SELECT FROM loyalty_fact_delivery WHERE fact_id = fact.id)"
            " ORDER BY id LIMIT %s)",
            [before, PRUNED_AT_ONCE],
        )
        return int(cursor.rowcount)
