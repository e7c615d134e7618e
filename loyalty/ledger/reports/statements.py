"""Statements: an account's entries, newest first, page by page at a cost that does not grow with depth (L-60)."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.ledger.models import Account, Entry, Lot
from loyalty.ledger.reports.saying import sentence_of
from loyalty.members.models import Member
from loyalty.programs.models import PointCurrency, Program

CURSOR_LENGTH_MAX: Final = 5_000  # a number per currency

SOURCES: Final[Mapping[str, str]] = {
    "hld": "hold",
    "lot": "lot",
    "adj": "adjustment",
    "trf": "transfer",
    "mrg": "merge",
    "red": "redemption",
    "vch": "voucher",
    "ent": "entry",
    "imp": "import",
    "evt": "event",
    "bdg": "badge",
    "chl": "challenge",
    "ref": "referral",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some entries, newest first, and where the next page goes on."""

    entries: Sequence[Entry]
    cursor: str | None


def statement(
    *, member: Member, currency: PointCurrency | None = None, limit: int, cursor: str | None = None
) -> Page:
    """A page of a member's entries, of one currency or all, newest first. Raises Malformed for a foreign cursor.

    Each account is walked along its own numbers, and the walks are merged: page 1 and page 10,000 cost the same.
    """
    accounts = Account.objects.filter(member=member)
    if currency is not None:
        accounts = accounts.filter(currency=currency)
    below = _read(cursor) if cursor else {}
    walks = []
    for account_id in sorted(accounts.values_list("pk", flat=True)):
        walk = Entry.objects.filter(account=account_id)
        if account_id in below:
            walk = walk.filter(number__lt=below[account_id])
        walks.append(walk.order_by("-number")[: limit + 1])
    merged = list(islice(merge(*walks, key=lambda e: (e.posted_at, e.pk), reverse=True), limit + 1))
    shown_ones = merged[:limit]
    below |= {entry.account_id: entry.number for entry in shown_ones}
    return Page(entries=shown_ones, cursor=_write(below) if len(merged) > limit else None)


def entries_of(*, member: Member, currency: PointCurrency | None = None) -> int:
    """How many entries the whole statement has: numbers run without a gap (L-3), so nothing is counted."""
    accounts = Account.objects.filter(member=member)
    if currency is not None:
        accounts = accounts.filter(currency=currency)
    return sum(accounts.values_list("last_number", flat=True))


def _write(below: Mapping[Id, int]) -> str:
    text = ",".join(f"{account_id.hex}:{number}" for account_id, number in sorted(below.items()))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str) -> dict[Id, int]:
    """The numbers that the last page ended at; a cursor is only ever one of ours."""
    try:
        padded = cursor[:CURSOR_LENGTH_MAX].encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        pairs = [part.split(":") for part in text.split(",")]
        return {Id(hex=account): int(number) for account, number in pairs}
    except (ValueError, binascii.Error) as error:
        message = _("Take the cursor from the `next` of an earlier page.")
        problem = Problem(pointer="?cursor", code="cursor_invalid", message=message)
        raise Malformed(problems=[problem]) from error


def show_entries(entries: Sequence[Entry], *, program: Program) -> list[dict[str, Any]]:
    """Entries as doors tell them, in order; two queries for any number."""
    accounts = Account.objects.filter(pk__in={each.account_id for each in entries}, program=program)
    slugs = dict(accounts.values_list("pk", "currency__slug"))
    ends = _ends(entries)
    return [
        show_entry(
            entry,
            currency=slugs.get(entry.account_id),
            expires_at=ends.get(entry.pk),
        )
        for entry in entries
    ]


def show_entry(
    entry: Entry, *, currency: str | None, expires_at: datetime | None
) -> dict[str, Any]:
    """One entry as doors tell it."""
    return {
        "id": entry.shown_id,
        "kind": entry.kind,
        "points": entry.points,
        "balance_after": entry.balance_after,
        "currency": currency,
        "occurred_at": entry.occurred_at,
        "posted_at": entry.posted_at,
        "expires_at": expires_at,
        "reason": entry.reason or None,
        "source": source_of(entry),
        "rule": _rule_of(entry),
        "actor": actor_shown(entry),
        "reverses": shown("ent", entry.reverses_id) if entry.reverses_id else None,
        "explanation": sentence_of(entry),
    }


def source_of(entry: Entry) -> dict[str, str | None]:
    """What brought the entry about, as the key of L-4 tells it: an event, a hold, a lot's end, an adjustment …"""
    if entry.event_id:
        return {"type": "event", "id": shown("evt", entry.event_id)}
    first = entry.source_key.partition("/")[0]
    prefix, _, rest = first.partition("_")
    return {"type": SOURCES.get(prefix, "other"), "id": first if rest else None}


def actor_shown(entry: Entry) -> str:
    """Who did it: a kind and an id or a job's name."""
    return Actor(kind=ActorKind(entry.actor_kind), id=entry.actor_id, name=entry.actor_name).shown


def _ends(entries: Sequence[Entry]) -> dict[Id, datetime | None]:
    """When what each credit brought ends: its first lot that does."""
    made = Lot.objects.filter(
        entry__in=[entry.pk for entry in entries if entry.points > 0], expires_at__isnull=False
    )
    return dict(made.order_by("-expires_at").values_list("entry_id", "expires_at"))


def _rule_of(entry: Entry) -> dict[str, Any] | None:
    if entry.rule_id is None:
        return None
    return {"id": shown("rul", entry.rule_id), "version": entry.rule_version}
