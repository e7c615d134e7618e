"""Explaining: why an entry is there, which lots it made or took from, and what it reverses, step by step (L-61)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime

from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import NotFound
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Account, Debt, Draw, Entry, Lot
from loyalty.ledger.reports import saying
from loyalty.ledger.reports.saying import amount_of, say
from loyalty.ledger.reports.statements import lines_of, show_entries
from loyalty.programs.models import Program

Step = dict[str, Any]


def explain(*, program: Program, entry_id: Id) -> dict[str, Any]:
    """The entry with its steps: a code, the numbers, and a sentence in the active language. Raises NotFound."""
    entry = (
        Entry.objects.select_related("account__currency")
        .filter(program=program, pk=entry_id)
        .first()
    )
    if entry is None:
        raise NotFound
    (view,) = show_entries(lines_of([entry.pk]), program=program)
    return {
        "entry": view,
        "member": _member_of(entry),
        "steps": [_first_step(view), *_steps_of(entry)],
        "reversed_by": [
            shown("ent", row_id)
            for row_id in Entry.objects.filter(reverses=entry)
            .order_by("id")
            .values_list("pk", flat=True)
        ],
        "group": [
            shown("ent", row_id)
            for row_id in Entry.objects.filter(group_id=entry.group_id, program=program)
            .filter(account__in=_accounts_of_group(entry))
            .exclude(pk=entry.pk)
            .order_by("id")
            .values_list("pk", flat=True)
        ]
        if entry.group_id
        else [],
    }


def _first_step(view: Step) -> Step:
    values = {"points": abs(view["points"])}
    return {"code": view["kind"], "values": values, "sentence": view["explanation"]}


def _steps_of(entry: Entry) -> Iterable[Step]:
    if entry.rule_id:
        yield _step("by_rule", saying.BY_RULE, version=entry.rule_version)
    if entry.hold_id:
        yield _step("held_before", saying.HELD_BEFORE, hold=shown("hld", entry.hold_id))
    if entry.reverses_id:
        yield _step("reverses", saying.REVERSES, entry=shown("ent", entry.reverses_id))
    if entry.approved_by_id:
        yield _step("approved", saying.APPROVED, by=shown("usr", entry.approved_by_id))
    yield from _lots_made(entry)
    yield from _draws(entry)
    debt = Debt.objects.filter(entry=entry).first()
    if debt is not None:
        told = {"points": debt.points, "filled": debt.filled}
        yield _step("left_owing", saying.LEFT_OWING, of=entry, **told)


def _lots_made(entry: Entry) -> Iterable[Step]:
    for lot in Lot.objects.filter(entry=entry).order_by("id"):
        values = {"lot": lot.shown_id, "points": lot.size, "left": lot.free}
        if lot.expires_at:
            yield _step("lot_made", saying.LOT_MADE_ENDING, of=entry, **values, ends=lot.expires_at)
        else:
            yield _step("lot_made", saying.LOT_MADE, of=entry, **values)
        if lot.opened_at is None:
            yield _step("lot_pending", saying.LOT_PENDING, opens=lot.opens_at)
        filled = Draw.objects.filter(lot=lot, entry__debt__isnull=False, at=entry.posted_at)
        for draw in filled.order_by("id"):
            yield _step("debt_filled", saying.DEBT_FILLED, points=draw.points)


def _draws(entry: Entry) -> Iterable[Step]:
    mine = Q(entry=entry)
    if entry.hold_id:
        mine |= Q(hold=entry.hold_id)
    for draw in Draw.objects.filter(mine).select_related("lot").order_by("id"):
        code, sentence = (
            ("lot_gave", saying.LOT_GAVE)
            if draw.points > 0
            else ("lot_got_back", saying.LOT_GOT_BACK)
        )
        told = {"lot": draw.lot.shown_id, "points": abs(draw.points), "size": draw.lot.size}
        yield _step(code, sentence, of=entry, **told)


def _step(code: str, sentence: Any, *, of: Entry | None = None, **values: Any) -> Step:
    """Instants are told as such, and written in the active zone and language in the sentence.

    In the sentence the points `of` this entry bear their programme's name.
    """
    told = {name: _iso(value) for name, value in values.items()}
    words = _written(values)
    if of is not None:
        currency = of.account.currency
        unit = currency.unit(values["points"]) if currency else ""
        words["amount"] = amount_of(values["points"], unit)
    return {"code": code, "values": told, "sentence": say(sentence, **words)}


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _written(values: Step) -> Step:
    return {
        name: date_format(localtime(value), "DATETIME_FORMAT")
        if isinstance(value, datetime)
        else value
        for name, value in values.items()
    }


def _member_of(entry: Entry) -> str | None:
    account = Account.objects.get(pk=entry.account_id)
    return None if account.member_id is None else shown("mem", account.member_id)


def _accounts_of_group(entry: Entry) -> list[Id]:
    """A group lies within a return (one account), a transfer or a merge; the other side shares the source key."""
    accounts = [entry.account_id]
    if entry.kind in {
        EntryKind.TRANSFER_IN,
        EntryKind.TRANSFER_OUT,
        EntryKind.MERGE_IN,
        EntryKind.MERGE_OUT,
    }:
        twin = Entry.objects.filter(
            program=entry.program_id,
            posted_at=entry.posted_at,
            group_id=entry.group_id,
        )
        accounts += list(twin.values_list("account_id", flat=True))
    return accounts
