"""Events from files: past orders and whatever else happened, as history or earning as of their day (E-88)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from loyalty.events.intake.items import source_digest_of
from loyalty.events.kinds import IMPORTED, Outcome, ToldEvent
from loyalty.events.reading import SourceReserved, read_event
from loyalty.events.shapes import OURS_ALONE
from loyalty.events.taking_in import take_in
from loyalty.foundation.actors import ActorKind, job
from loyalty.foundation.ids import read_id
from loyalty.foundation.refusals import DomainError, Malformed, Problem
from loyalty.imports.files.columns import Column
from loyalty.imports.kinds import (
    EventsAs,
    ImportKind,
    RowStatus,
    ToldRow,
    Verdict,
    Work,
)
from loyalty.imports.taking.takers import Taker, register
from loyalty.imports.taking.values import instant_of, json_of, month_of
from loyalty.imports.taking.voiding import VOIDED_AT_ONCE, undo_events
from loyalty.members.models import Member

SOURCE: Final = f"{IMPORTED}file"  # unless the upload or the row says how the shop signs its events
# Whoever starts an import of events corrects nobody's points by hand: rules give them.
TAKER: Final = job("imports")
AMOUNTS: Final = ("total", "tax", "shipping", "fees", "discount", "paid_with_points")
IN_DATA: Final = ("order_id", "order_source", "currency", *AMOUNTS, "sku", "rating", "verified")
BESIDE: Final = ("channel", "store")

COLUMNS: Final = (
    Column(
        name="external_id",
        title=_("Member, as the shop knows them"),
        required=True,
        sample="ada",
        others=("member", "member_id", "customer", "customer_id", "customer_no", "client_id"),
    ),
    Column(
        name="occurred_at",
        title=_("When it happened"),
        required=True,
        sample="2026-05-14T10:00:00+02:00",
        others=("date", "time", "paid_at", "order_date", "ordered_at", "created_at"),
    ),
    Column(name="type", title=_("Type of event"), sample="order.paid", others=("event", "kind")),
    Column(name="source", title=_("System that told it"), sample="shop"),
    Column(name="source_id", title=_("Its number there"), others=("event_id", "id")),
    Column(
        name="order_id",
        title=_("Order number"),
        sample="1001",
        others=("order", "order_no", "order_number", "invoice", "receipt"),
    ),
    Column(name="order_source", title=_("System of the order")),
    Column(name="currency", title=_("Currency of the money"), sample="EUR"),
    Column(
        name="total",
        title=_("Total, in minor units such as cents"),
        form="whole",
        sample="4590",
        others=("amount", "sum", "value", "order_total"),
    ),
    Column(name="tax", title=_("Tax, in minor units"), form="whole", others=("vat",)),
    Column(name="shipping", title=_("Shipping, in minor units"), form="whole"),
    Column(name="fees", title=_("Fees, in minor units"), form="whole"),
    Column(name="discount", title=_("Discount, in minor units"), form="whole"),
    Column(name="paid_with_points", title=_("Paid with points, in minor units"), form="whole"),
    Column(name="sku", title=_("Article"), others=("article", "product")),
    Column(name="rating", title=_("Rating"), form="whole"),
    Column(name="verified", title=_("Verified purchase"), form="flag"),
    Column(name="channel", title=_("Channel")),
    Column(name="store", title=_("Store")),
    Column(name="data", title=_("Further data, as JSON"), form="json"),
    Column(name="as", title=_("History or earning"), others=("mark",)),
)


class _Rehearsed(Exception):
    """Takes a rehearsal back."""


def check_events(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """What taking these would come to: taken, answered, and taken back, so that no number can differ (E-8).

    Each thousand rows stand alone: what limits and tiers would have become by the rows before is not seen.
    """
    verdicts: list[Verdict] = []
    try:
        with transaction.atomic():
            verdicts = take_events(work=work, rows=rows)
            raise _Rehearsed
    except _Rehearsed:
        return verdicts


def take_events(*, work: Work, rows: Sequence[ToldRow]) -> list[Verdict]:
    """Take these in as the front door does; each counts once under its source and source id."""
    told = [_event_in(row, work=work) for row in rows]
    outcomes = take_in.step(
        program=work.program,
        told=told,
        actor=TAKER if work.actor.kind is ActorKind.STAFF else work.actor,
        at=work.at,
        is_import=not work.options.get("move_clock"),
    )
    return [
        _verdict(row, event, outcome, work=work)
        for row, event, outcome in zip(rows, told, outcomes, strict=True)
    ]


def _verdict(
    row: ToldRow, event: ToldEvent | DomainError, outcome: Outcome, *, work: Work
) -> Verdict:
    verdict = Verdict(row.number)
    if outcome.refusal is not None or not isinstance(event, ToldEvent):
        assert outcome.refusal is not None
        verdict.refuse(outcome.refusal)
        return verdict
    verdict.key = source_digest_of(program_id=work.program.pk, told=event)
    if outcome.is_replay:
        verdict.status = RowStatus.ALREADY_THERE
        return verdict
    assert outcome.answer is not None
    verdict.target_id = outcome.event_id
    verdict.member_id = read_id(Member.prefix, outcome.answer["member"])
    earned = [
        (each["currency"], each["points"], _month(each["expires_at"], zone=work.program.zone))
        for each in outcome.answer["results"]["points"]
    ]
    if earned:
        verdict.currency, verdict.points, verdict.month = earned[0]
        verdict.more = earned[1:]
    return verdict


def _month(ends: str | None, *, zone: str) -> str:
    return month_of(datetime.fromisoformat(ends) if ends else None, zone=zone)


def _event_in(row: ToldRow, *, work: Work) -> ToldEvent | DomainError:
    """The event that this row tells, or why it tells none."""
    if row.bad is not None:
        return row.bad
    try:
        told = row.raw if row.raw is not None else _from_cells(row, work=work)
        mark = _mark_of(told, work=work)
        is_ours = bool(row.raw is None and told["source"] == SOURCE)
        if is_ours and told["type"] in OURS_ALONE:
            raise SourceReserved(pointer="/type", source=SOURCE)
        event = read_event(program=work.program, told=told, is_ours=is_ours)
        return replace(event, is_history=True) if mark == EventsAs.HISTORY else event
    except DomainError as refusal:
        return refusal


def _mark_of(told: Any, *, work: Work) -> str:
    """History or earning, as the row says, else as the upload does."""
    mark = told.pop("as", None) if isinstance(told, dict) else None
    if mark is not None and mark not in EventsAs.values:
        message = _("history or earn.")
        raise Malformed(problems=[Problem(pointer="/as", code="not_a_choice", message=message)])
    return str(mark or work.options.get("as", EventsAs.HISTORY))


def _from_cells(row: ToldRow, *, work: Work) -> dict[str, Any]:
    """An event as it goes over the wire, out of the cells of a table."""
    cells = dict(row.told)
    data = json_of(cells.pop("data", None), name="data")
    data |= {name: cells[name] for name in IN_DATA if name in cells}
    kind = str(cells.get("type", "order.paid"))
    told: dict[str, Any] = {
        "type": kind,
        "member": f"ext:{cells.get('external_id', '')}",
        "source": cells.get("source") or work.options.get("source") or SOURCE,
        "occurred_at": instant_of(cells.get("occurred_at"), program=work.program),
        "data": data,
        **{name: cells[name] for name in BESIDE if name in cells},
    }
    number = cells.get("source_id") or (data.get("order_id") if kind == "order.paid" else None)
    if number is not None:
        told["source_id"] = str(number)
    if "as" in cells:
        told["as"] = cells["as"]
    return told


register(
    Taker(
        kind=ImportKind.EVENTS,
        about=_("Past orders, reviews, visits: one event a row."),
        columns=COLUMNS,
        check=check_events,
        take=take_events,
        undo=undo_events,
        undone_at_once=VOIDED_AT_ONCE,
    )
)
