"""Members play at the Corner Café: what they buy becomes deeds, and games look at them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gamification.deeds.models import Deed
from loyalty.foundation.units import run
from loyalty.members.models import Member
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.models import FactDelivery
from loyalty.programs.models import Program
from tests.world.earning import a_rule
from tests.world.events import an_event, an_order, taken
from tests.world.jobs import ran_all
from tests.world.members import a_member
from tests.world.programs import a_program, applied

FIRST_CUP: dict[str, Any] = {
    "slug": "first-cup",
    "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
    "tiers": [{"slug": "first-cup", "target": 1, "name": {"en": "First cup"}}],
}


def at(text: str) -> datetime:
    """`11-10 08:00` of 2026, `2027-01-09 08:00`: an instant in UTC."""
    whole = text if text[:2] == "20" else f"2026-{text}"
    form = "%Y-%m-%d %H:%M:%S" if whole.count(":") == 2 else "%Y-%m-%d %H:%M"
    return datetime.strptime(whole, form).replace(tzinfo=UTC)


def a_cafe(slug: str = "corner-cafe", *, member: str = "ada", **parts: Any) -> Program:
    """A programme with one earning rule and these parts of the document; Ada is a member since January."""
    cafe = a_program(slug, parts={"rules": [a_rule()], **parts})
    if member:
        a_member(cafe, member)
    return cafe


def with_parts(program: Program, *, when: str = "11-01 06:00", **parts: Any) -> None:
    """The document applied once more, with these parts."""
    applied({"program": {"slug": program.slug}, **parts}, at=at(when))


def member_of(program: Program, external_id: str = "ada") -> Member:
    return Member.objects.get(program=program, external_id=external_id)


def bought(
    program: Program,
    order_id: str,
    *,
    when: str,
    who: str = "ada",
    lines: list[dict[str, Any]] | None = None,
    total: int = 1000,
    told_at: str = "",
    heard: bool = True,
    **data: Any,
) -> None:
    """A paid order, taken in and heard by every receiver."""
    told = lines or [{"sku": "COF-1", "quantity": 1, "amount": total, "categories": ["coffee"]}]
    sum_of = sum(line["amount"] for line in told)
    instant = at(when)
    outcomes = taken(
        program,
        an_order(order_id, member=f"ext:{who}", total=sum_of, at=instant, lines=told, **data),
        at=at(told_at) if told_at else instant + timedelta(minutes=1),
    )
    _settled(program, outcomes, heard=heard)


def coffees(quantity: int, amount: int | None = None) -> list[dict[str, Any]]:
    """One line of so many cups."""
    cost = 100 * quantity if amount is None else amount
    return [{"sku": "COF-1", "quantity": quantity, "amount": cost, "categories": ["coffee"]}]


def returned(
    program: Program,
    order_id: str,
    *,
    when: str,
    who: str = "ada",
    source_id: str = "",
    heard: bool = True,
    **data: Any,
) -> None:
    """A return of lines or an amount; of everything without one."""
    kind = "order.returned" if data else "order.cancelled"
    told = an_event(
        kind,
        member=f"ext:{who}",
        source_id=source_id or f"return-{order_id}-{when}",
        at=at(when),
        data={"order_id": order_id, **data},
    )
    _settled(program, taken(program, told, at=at(when)), heard=heard)


def happened(program: Program, kind: str, *, when: str, who: str = "ada", **data: Any) -> None:
    """Any other event, heard by every receiver."""
    told = an_event(
        kind, member=f"ext:{who}", source_id=f"{kind}-{who}-{when}", at=at(when), data=data
    )
    _settled(program, taken(program, told, at=at(when)), heard=True)


def heard(program: Program) -> None:
    """Everything that waits is delivered."""
    deliver_until_idle(program_id=program.pk)
    assert stuck(program) == []


def deeds_of(program: Program, kind: str, who: str = "ada") -> list[tuple[int, int, bool]]:
    """Net pieces and amounts of this kind by time, and whether they are void."""
    rows = Deed.objects.filter(program=program, kind=kind, member__external_id=who)
    return [
        (
            row.quantity - row.returned_quantity,
            row.amount - row.returned_amount,
            row.void_at is not None,
        )
        for row in rows.order_by("occurred_at", "line")
    ]


def in_a_unit(work: Any) -> Any:
    """A step, in a unit of its own."""
    return run(work)


def _settled(program: Program, outcomes: list[Any], *, heard: bool) -> None:
    assert all(each.refusal is None for each in outcomes), [each.refusal for each in outcomes]
    if heard:
        deliver_until_idle(program_id=program.pk)
        assert stuck(program) == []


def run_requested(program: Program) -> None:
    """Backfills that were asked for, run by the end of the year; then everything is delivered."""
    ran_all(program, at("12-31 09:00"))
    heard(program)


def stuck(program: Program) -> list[tuple[str, str]]:
    """Receivers that could not take what they heard, and why."""
    rows = FactDelivery.objects.filter(tries__gt=0, state="waiting")
    return list(rows.values_list("receiver", "error"))
