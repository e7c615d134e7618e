"""Refusing: what is wrong with told events before anything is written. No query, no clock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from loyalty.earning.basis import check_sum, read_order
from loyalty.events.intake.items import Item
from loyalty.events.intake.meeting import EventKeyReused, OrderConflict
from loyalty.events.kinds import ORDER_PAID, OURS
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.members.finding import Found, external_id_in
from loyalty.members.kinds import MemberStatus
from loyalty.programs.calendar import Period, local_time
from loyalty.programs.models import Program
from loyalty.programs.rates import Rates

AHEAD_MAX: Final = timedelta(minutes=5)  # how far a shop's clock may run before ours (E-5)


class EventInFuture(DomainError):
    """More than five minutes ahead of the programme's clock."""

    code = "event_in_future"
    kind = Kind.REFUSED
    title = _("Event in the future")
    detail = _("It is {now} by the programme's clock.")


class EventTooOld(DomainError):
    """Older than the programme's late limit; only imports bring older ones."""

    code = "event_too_old"
    kind = Kind.REFUSED
    title = _("Event too old")
    detail = _("Events may be at most {limit} late.")


class MemberUnknown(DomainError):
    """Nobody here by that reference, and the programme does not enrol at the first event."""

    code = "member_unknown"
    kind = Kind.REFUSED
    title = _("Member unknown")
    detail = _("There is no such member.")


def refuse_untimely(
    items: Iterable[Item], *, program: Program, at: datetime, is_import: bool
) -> None:
    """EventInFuture and EventTooOld, by the programme's clock (E-5); imports and what we tell ourselves may be as old as they are."""
    late = Period.read(program.late_limit)
    for item in items:
        if item.at > at + AHEAD_MAX:
            item.refuse(EventInFuture(now=local_time(at, program.zone)))
        elif (
            not is_import
            and item.told.source != OURS
            and late.after(item.at, zone=program.zone) < at
        ):
            item.refuse(EventTooOld(limit=program.late_limit))


def refuse_wrong_orders(items: Iterable[Item], *, program: Program, rates: Rates) -> None:
    """Orders that do not add up (E-11) or come in a currency the programme does not take (E-70)."""
    for item in items:
        if not (item.is_fresh and item.told.type == ORDER_PAID):
            continue
        data = item.told.data
        try:
            rates.at(currency=data["currency"], at=item.at)
            order = read_order(data, prices_include_tax=program.prices_include_tax)
            check_sum(order, prices_include_tax=program.prices_include_tax)
        except DomainError as refusal:
            item.refuse(refusal)


def meet_members(
    items: Iterable[Item], *, program: Program, found: Mapping[str, Found]
) -> dict[str, datetime]:
    """Put members on items; refuse the unknown (E-6). Answers strangers to enrol, with their first event's time."""
    strangers: dict[str, datetime] = {}
    for item in items:
        if item.outcome is not None:
            continue
        reference = item.told.member
        item.found = found.get(reference)
        if item.found is None:
            external_id = external_id_in(reference) if program.enrol_on_event else None
            if external_id:
                strangers.setdefault(external_id, item.at)
            else:
                item.refuse(MemberUnknown(pointer="/member"))
        elif item.found.member.status == MemberStatus.ERASED:
            item.refuse(MemberUnknown(pointer="/member"))
    return strangers


def refuse_foreign_keys(
    items: Iterable[Item], *, events: Collection[bytes], orders: Collection[bytes]
) -> None:
    """A stranger's event cannot be a replay: if its key is known, somebody else told it."""
    for item in items:
        if item.outcome is not None or item.found is not None:
            continue
        if item.source_digest in events:
            item.refuse(EventKeyReused())
        elif item.told.type == ORDER_PAID and item.order_digest in orders:
            item.refuse(OrderConflict())
