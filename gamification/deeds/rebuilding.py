"""Rebuilding: the journal made again from events and entries, member by member; what differs is told and put right (G-9).

Deeds are never removed and corrections never changed: what is there without a source stays.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Sum

from gamification.deeds.correcting import (
    Asked,
    asked_by_orders,
    asked_by_void,
    correct,
    deeds_by_source,
    key_of,
)
from gamification.deeds.kinds import PRIZE_KEY, DeedSource
from gamification.deeds.models import Deed
from gamification.deeds.recording import deed_of_earning, deeds_of_event, record
from loyalty.events.kept.deeds import event_ids_told_of, settled_orders, told_events
from loyalty.foundation.ids import Id
from loyalty.foundation.proofs.proving import Scope
from loyalty.foundation.proofs.rebuilding import Difference, rebuilds
from loyalty.foundation.units import rehearse, unit_of_work
from loyalty.ledger.kept.earnings import Earning, asked_back, earnings_of
from loyalty.ledger.locks import lock_accounts
from loyalty.members.persons import member_ids_after, merged_into, standings_of
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program, currencies_of, every_program, programs_by_id

PAGE = 500
_RETURNED = ("quantity", "amount", "points")


@rebuilds("deeds")
def rebuild_deeds(scope: Scope, dry_run: bool) -> Iterator[Difference]:
    """Every event and entry of these members once more, each member in a unit of their own."""
    for program, member_id in members_in(scope):
        work = rehearse(rebuild_member, answer=list) if dry_run else rebuild_member
        yield from work(program=program, member_id=member_id, at=now_of(program))


def members_in(scope: Scope) -> Iterator[tuple[Program, Id]]:
    """Everybody who is still there, programme by programme."""
    one = [scope.program_id] if scope.program_id else []
    for program in programs_by_id(one).values() if one else every_program():
        page = [scope.member_id] if scope.member_id else _after(program, None)
        while page:
            yield from ((program, member_id) for member_id in page)
            page = [] if scope.member_id else _after(program, page[-1])


@unit_of_work
def rebuild_member(*, program: Program, member_id: Id, at: datetime) -> list[Difference]:
    """Write what is missing of one member's deeds and corrections, and sums that do not fit; answers what was wrong."""
    currencies = [each.pk for each in currencies_of(program).values()]
    lock_accounts(program=program, member_ids=[member_id], currency_ids=currencies, at=at)
    (whole,) = merged_into([member_id]).values()
    suspended = standings_of([member_id])[member_id].is_suspended
    told = told_events(
        program=program, event_ids=event_ids_told_of(program=program, member_ids=whole)
    )
    wanted = [
        deed
        for event in told.values()
        for deed in deeds_of_event(
            event,
            member_id=member_id,
            program=program,
            is_disregarded=suspended and event.is_held_back,
        )
    ]
    earnings = earnings_of(program=program, member_ids=whole)
    wanted += [
        deed_of_earning(each, program_id=program.pk, member_id=member_id, prize_key=PRIZE_KEY)
        for each in earnings
    ]
    fresh, _known_until = record(wanted)
    differences = [
        Difference(row=deed.shown_id, found="-", rebuilt=f"{deed.kind} {deed.source_id}")
        for deed in fresh
    ]
    orders = settled_orders(
        program=program, order_ids=[e.order_id for e in told.values() if e.order_id and e.lines]
    )
    deeds = deeds_by_source(program.pk, DeedSource.EVENT, told)
    deeds |= deeds_by_source(program.pk, DeedSource.ENTRY, [each.id for each in earnings])
    asked = asked_by_orders(orders.values(), deeds=deeds, at=at)
    asked += asked_by_void((e for e in told.values() if not e.lines), deeds=deeds)
    asked += _asked_of_points(earnings, deeds)
    _fit(deeds.values(), differences)
    differences += [
        Difference(row=each.deed.shown_id, found=_told(each), rebuilt=_told(each.deed))
        for each in correct({deed.pk: deed for deed in deeds.values()}, asked)
    ]
    return differences


def _asked_of_points(
    earnings: Iterable[Earning], deeds: Mapping[tuple[Id, int], Deed]
) -> list[Asked]:
    """What was asked back of points, as it was told when it happened."""
    return [
        Asked(
            deed_id=deeds[entry_id, 0].pk,
            source_id=key_of(entry_id, each.source_key),
            points=each.points,
            at=each.at,
        )
        for entry_id, claims in asked_back([each.id for each in earnings]).items()
        for each in claims
    ]


def _fit(deeds: Iterable[Deed], differences: list[Difference]) -> None:
    """What came back of a deed is the sum of its corrections."""
    rows = list(deeds)
    sums = {
        deed_id: parts
        for deed_id, *parts in Deed.objects.filter(pk__in=[row.pk for row in rows]).values_list(
            "pk", *(Sum(f"corrections__{name}") for name in _RETURNED)
        )
    }
    wrong = []
    for row in rows:
        should = [part or 0 for part in sums[row.pk]]
        found = [getattr(row, f"returned_{name}") for name in _RETURNED]
        if found != should:
            differences.append(Difference(row=row.shown_id, found=str(found), rebuilt=str(should)))
            for name, value in zip(_RETURNED, should, strict=True):
                setattr(row, f"returned_{name}", value)
            wrong.append(row)
    Deed.objects.bulk_update(wrong, [f"returned_{name}" for name in _RETURNED])


def _told(row: object) -> str:
    return str([getattr(row, f"returned_{name}") for name in _RETURNED])


def _after(program: Program, after: Id | None) -> list[Id]:
    return member_ids_after(program_id=program.pk, after=after, limit=PAGE)
