"""Orders, reviews and visits as a storefront tells them."""

from datetime import datetime, timedelta
from typing import Any

from loyalty.events.kinds import Outcome
from loyalty.events.reading import read_event
from loyalty.events.taking_in import take_in
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.members.models import Member
from loyalty.programs.models import Program
from tests.world.earning import NOON

COUNTER = job("counter")


def an_order(
    order_id: str = "order-1001",
    *,
    member: Member | str = "ext:ada",
    total: int = 5990,
    at: datetime | None = NOON,
    source: str = "shop",
    source_id: str | None = None,
    **data: Any,
) -> dict[str, Any]:
    """A paid order as it goes over the wire; goods only, unless told."""
    return an_event(
        "order.paid",
        member=member,
        source=source,
        source_id=source_id or order_id,
        at=at,
        data={"order_id": order_id, "currency": "EUR", "total": total, **data},
    )


def an_event(
    kind: str,
    *,
    member: Member | str = "ext:ada",
    source: str = "shop",
    source_id: str = "event-1",
    at: datetime | None = NOON,
    data: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Any event as it goes over the wire."""
    told: dict[str, Any] = {
        "type": kind,
        "member": member if isinstance(member, str) else member.shown_id,
        "source": source,
        "source_id": source_id,
        "data": data or {},
        **more,
    }
    if at is not None:
        told["occurred_at"] = at.isoformat()
    return told


def some_orders(
    count: int, *, name: str = "order", members: int | None = None, at: datetime = NOON
) -> list[dict[str, Any]]:
    """Orders of many strangers, a minute apart, in turn."""
    crowd = members or count
    return [
        an_order(
            f"{name}-{number}",
            member=f"ext:guest-{number % crowd}",
            total=1000 + number,
            at=at - timedelta(minutes=count - number),
        )
        for number in range(count)
    ]


def taken(
    program: Program, *told: dict[str, Any], at: datetime = NOON, **how: Any
) -> list[Outcome]:
    """Take these events in, as the front door does."""
    read: list[Any] = []
    for each in told:
        try:
            read.append(read_event(program=program, told=each))
        except DomainError as refusal:
            read.append(refusal)
    return take_in(program=program, told=read, actor=COUNTER, at=at, **how)


def codes_of(outcomes: list[Outcome]) -> list[str]:
    """`new`, `again`, or the code of the refusal, event by event."""
    return [
        each.refusal.code if each.refusal else "again" if each.is_replay else "new"
        for each in outcomes
    ]
