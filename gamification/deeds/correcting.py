"""Correcting: what came back is taken off the deeds that it belongs to, once per return, never below nothing (G-3, G-4)."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gamification.deeds.kinds import DeedSource
from gamification.deeds.models import Correction, Deed
from loyalty.events.kept.deeds import Lessening, ToldEvent
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work

_FIELDS: Final = ("returned_quantity", "returned_amount", "returned_points", "void_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Take this much off a deed in the name of a source; `is_void`: nothing of it is left.

    `quantity_gone` and `amount_gone` are what may be gone of it in all: what settled late is not counted twice.
    """

    deed_id: Id
    source_id: Id
    quantity: int = 0
    amount: int = 0
    points: int = 0
    quantity_gone: int | None = None
    amount_gone: int | None = None
    is_void: bool = False
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A deed as it was before a correction: what came back of it so far, and since when it was void."""

    deed: Deed
    returned_quantity: int
    returned_amount: int
    returned_points: int
    void_at: datetime | None

    @classmethod
    def of(cls, deed: Deed) -> "Change":
        """The deed as it stands now."""
        return cls(
            deed,
            deed.returned_quantity,
            deed.returned_amount,
            deed.returned_points,
            deed.void_at,
        )


@inside_unit_of_work
def correct(deeds: Mapping[Id, Deed], asked: Sequence[Asked]) -> list[Change]:
    """Write what is new of this; answers how each changed deed stood before. Three statements for any number.

    The members of these deeds are locked; `deeds` are moved along. Told again, nothing changes.
    """
    if not asked:
        return []
    known = set(
        Correction.objects.filter(deed_id__in={each.deed_id for each in asked}).values_list(
            "deed_id", "source_id"
        )
    )
    changes: dict[Id, Change] = {}
    rows = []
    for each in asked:
        if (each.deed_id, each.source_id) in known:
            continue
        deed = deeds[each.deed_id]
        before = Change.of(deed)
        row = _taken_off(deed, each)
        if row is None:
            continue
        known.add((each.deed_id, each.source_id))
        changes.setdefault(deed.pk, before)
        rows.append(row)
    rows.sort(key=lambda row: (row.deed_id, row.source_id))
    Correction.objects.bulk_create(rows)
    Deed.objects.bulk_update([each.deed for each in changes.values()], _FIELDS)
    return list(changes.values())


def _taken_off(deed: Deed, asked: Asked) -> Correction | None:
    """Move the deed in memory, and the row that says so; none if nothing changes."""
    quantities = deed.quantity if asked.quantity_gone is None else asked.quantity_gone
    amounts = deed.amount if asked.amount_gone is None else asked.amount_gone
    quantity = max(0, min(asked.quantity, quantities - deed.returned_quantity))
    amount = max(0, min(asked.amount, amounts - deed.returned_amount))
    points = max(0, min(asked.points, deed.points - deed.returned_points))
    is_empty = deed.points > 0 and deed.returned_points + points == deed.points
    becomes_void = (asked.is_void or is_empty) and deed.void_at is None
    if not (quantity or amount or points or becomes_void):
        return None
    deed.returned_quantity += quantity
    deed.returned_amount += amount
    deed.returned_points += points
    if becomes_void:
        deed.void_at = asked.at
    return Correction(
        deed_id=deed.pk,
        source_id=asked.source_id,
        quantity=quantity,
        amount=amount,
        points=points,
        recorded_at=asked.at,
    )


def asked_by_orders(
    orders: Iterable[ToldEvent], *, deeds: Mapping[tuple[Id, int], Deed], at: datetime
) -> list[Asked]:
    """What the lessenings of these orders ask, in the order of their coming; the last one brings the net to what is left.

    `deeds` are those of the orders by event and line. Each lessening counts once under its own key, so an early and a
    late look at the same history ask the same.
    """
    asked: list[Asked] = []
    for order in orders:
        told = [deeds.get((order.id, number)) for number in range(len(order.lines) + 1)]
        if any(deed is None for deed in told):
            continue
        taken = [(0, 0) for _deed in told]
        mine: list[tuple[int, Asked]] = []
        for step in order.lessenings:
            mine += enumerate(_steps(order, step, [deed for deed in told if deed], taken, at=at))
        asked += [
            replace(each, quantity_gone=taken[place][0], amount_gone=taken[place][1])
            for place, each in mine
        ]
    return asked


def asked_by_void(events: Iterable[ToldEvent], *, deeds: Mapping[tuple[Id, int], Deed]) -> list[Asked]:  # fmt: skip
    """An event that staff took back leaves nothing of its deed."""
    return [
        Asked(
            deed_id=deed.pk,
            source_id=event.id,
            quantity=deed.quantity,
            amount=deed.amount,
            points=deed.points,
            is_void=True,
            at=event.voided_at,
        )
        for event in events
        if event.voided_at and (deed := deeds.get((event.id, 0))) is not None
    ]


def asked_whole(deed: Deed, *, source_id: Id, at: datetime) -> Asked:
    """All of it: a referral that was reversed."""
    return Asked(
        deed_id=deed.pk,
        source_id=source_id,
        quantity=deed.quantity,
        amount=deed.amount,
        points=deed.points,
        is_void=True,
        at=at,
    )


def key_of(source_id: Id, what: str) -> Id:
    """The key of something that settled without an event of its own."""
    return uuid.uuid5(source_id, what)


def deeds_by_source(program_id: Id, source: DeedSource, source_ids: Iterable[Id]) -> dict[tuple[Id, int], Deed]:  # fmt: skip
    """The deeds of these sources, by source and line; one statement."""
    rows = Deed.objects.filter(
        program_id=program_id, source=source, source_id__in=set(source_ids)
    ).order_by("pk")
    return {(row.source_id, row.line): row for row in rows}


def by_member(changes: Iterable[Change]) -> dict[Id, list[Change]]:
    """These changes by whose deeds they are."""
    found: defaultdict[Id, list[Change]] = defaultdict(list)
    for each in changes:
        found[each.deed.member_id].append(each)
    return dict(found)


def _steps(
    order: ToldEvent,
    step: Lessening,
    deeds: Sequence[Deed],
    taken: list[tuple[int, int]],
    *,
    at: datetime,
) -> list[Asked]:
    """One lessening: how much more than before is gone, of each line and of the order as the sum of them."""
    _whole, *lines = deeds
    gone = [
        (deed.quantity - quantity, deed.amount - amount, not is_left)
        for deed, (quantity, amount, is_left) in zip(lines, step.left, strict=True)
    ]
    is_all = all(is_gone for _quantity, _amount, is_gone in gone)
    sums = (sum(each[0] for each in gone), sum(each[1] for each in gone), is_all)
    source = key_of(order.id, f"paid/{step.paid}") if step.source is None else step.source
    asked = []
    for place, (deed, (quantity, amount, is_void)) in enumerate(
        zip(deeds, [sums, *gone], strict=True)
    ):
        before_quantity, before_amount = taken[place]
        taken[place] = (max(quantity, before_quantity), max(amount, before_amount))
        asked.append(
            Asked(
                deed_id=deed.pk,
                source_id=source,
                quantity=taken[place][0] - before_quantity,
                amount=taken[place][1] - before_amount,
                is_void=is_void,
                at=step.recorded_at or at,
            )
        )
    return asked
