"""Announcing: facts are written in the transaction that made them true, and wake somebody up once it commits."""

import json
from collections.abc import Sequence
from typing import Final

import structlog
from django.db import connection, transaction
from django.utils import timezone

from loyalty.foundation.database.statements import run
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.facts import Body, Fact, Told, body_of
from loyalty.outbox.kinds import LANES
from loyalty.outbox.receiving import Receiver, receivers_later, receivers_now
from loyalty.outbox.waking import wake_up

# One statement for any number of facts. Deliveries find their fact by its place in an array: a join of two arrays
# would be planned for ten rows and turn quadratic with a thousand.
ANNOUNCE: Final = """
    WITH told AS MATERIALIZED (
        SELECT nextval('loyalty_announced_fact_id_seq') AS id, each.*
        FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::smallint[], %s::text[], %s::timestamptz[])
             WITH ORDINALITY AS each (name, program_id, member_id, lane, body, at, place)
    ), kept AS (
        INSERT INTO loyalty_announced_fact (id, name, program_id, member_id, lane, body, at,
                                            announced_at, announced_in, request_id, trace_id)
        SELECT id, name, program_id, member_id, lane, body::jsonb, at,
               %s, pg_current_xact_id()::text::bigint, %s, %s
        FROM told ORDER BY place
    ), ids AS MATERIALIZED (
        SELECT array_agg(id ORDER BY place) AS of_place FROM told
    )
    INSERT INTO loyalty_fact_delivery (fact_id, receiver, lane, state, due_at)
    SELECT ids.of_place[each.place], each.receiver, each.lane, 'waiting', %s
    FROM ids, unnest(%s::integer[], %s::text[], %s::smallint[]) AS each (place, receiver, lane)
"""


@inside_unit_of_work
def announce(facts: Sequence[Fact]) -> None:
    """Write these facts and their deliveries, then let those react that must at once; nothing for no fact.

    Call it after the member's lock: then ids are in the order of commits per member (V-11). Two statements fewer or
    more never depend on the number of facts.
    """
    if not facts:
        return
    _write(facts)
    for receiver in receivers_now():
        if heard := [fact for fact in facts if receiver.hears(fact.name)]:
            receiver.receive(heard)


def lane_of(fact: Fact) -> int:
    """A member's facts share a lane, so that one worker at a time handles them; others go by programme."""
    return (fact.member_id or fact.program_id).bytes[-1] % LANES


def _write(facts: Sequence[Fact]) -> None:
    bodies = [body_of(fact) for fact in facts]
    lanes = [lane_of(fact) for fact in facts]
    places, receivers = _deliveries(facts, bodies)
    now = timezone.now()
    context = structlog.contextvars.get_contextvars()
    run(
        ANNOUNCE,
        [
            [fact.name for fact in facts],
            [fact.program_id for fact in facts],
            [fact.member_id for fact in facts],
            lanes,
            [json.dumps(body) for body in bodies],
            [fact.at for fact in facts],
            now,
            str(context.get("request_id", ""))[:64],
            str(context.get("trace_id", ""))[:64],
            now,
            places,
            receivers,
            [lanes[place - 1] for place in places],
        ],
    )
    if places:
        _wake_up_once()


def _deliveries(facts: Sequence[Fact], bodies: Sequence[Body]) -> tuple[list[int], list[str]]:
    """Which fact (counted from one) goes to which receiver."""
    hearing = {
        name: [each for each in receivers_later() if each.hears(name)]
        for name in {fact.name for fact in facts}
    }
    places, receivers = [], []
    for place, (fact, body) in enumerate(zip(facts, bodies, strict=True), start=1):
        for receiver in hearing[fact.name]:
            if _is_wanted(receiver, fact, body):
                places.append(place)
                receivers.append(receiver.name)
    return places, receivers


def _is_wanted(receiver: Receiver, fact: Fact, body: Body) -> bool:
    if receiver.only is None:
        return True
    if not receiver.takes_bodies:
        return receiver.only(fact)
    return receiver.only(
        Told(
            id=0,
            name=fact.name,
            program_id=fact.program_id,
            member_id=fact.member_id,
            at=fact.at,
            body=body,
        )
    )


def _wake_up_once() -> None:
    """After commit, however many facts the transaction announces."""
    if not any(each[1] is wake_up for each in connection.run_on_commit):
        transaction.on_commit(wake_up, robust=True)
