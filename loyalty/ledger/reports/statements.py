"""Statements: an account's entries, newest first, page by page at a cost that does not grow with depth (L-60)."""
# ruff: noqa: S608 (put together from the names on this page; values travel as parameters)

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.refusals import Malformed, Problem
from loyalty.ledger.models import Account, Entry
from loyalty.ledger.reports.saying import amount_of, sentence_of
from loyalty.members.models import Member
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import counted, in_words

CURSOR_LENGTH_MAX: Final = 5_000  # a number per currency
NUMBER_MAX: Final = 2**63 - 1

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


# Each account is walked along its own numbers, and the walks are merged: page 1 and page 10,000 cost the same.
_LINE: Final = """
    e.id, e.program_id, e.account_id, e.number, e.kind, e.points, e.balance_after, e.reason, e.source_key, e.rule_id,
    e.rule_version, e.event_id, e.reverses_id, e.actor_kind, e.actor_id, e.actor_name, e.occurred_at, e.posted_at,
    currency.slug, currency.name::text, currency.counted::text, (SELECT min(lot.expires_at) FROM loyalty_lot lot WHERE lot.entry_id = e.id AND e.points > 0)
"""
_PAGE: Final = f"""
    SELECT {_LINE}
    FROM (
        SELECT walk.*, a.currency_id
        FROM loyalty_account a
        LEFT JOIN unnest(%s::uuid[], %s::bigint[]) AS below (account_id, number) ON below.account_id = a.id
        CROSS JOIN LATERAL (
            SELECT * FROM loyalty_entry one
            WHERE one.account_id = a.id AND one.number < COALESCE(below.number, {NUMBER_MAX})
              AND (%s = 0 OR sign(one.points) = %s)
            ORDER BY one.number DESC LIMIT %s
        ) walk
        WHERE a.member_id = %s AND (%s::uuid IS NULL OR a.currency_id = %s::uuid)
        ORDER BY walk.posted_at DESC, walk.id DESC LIMIT %s
    ) e LEFT JOIN loyalty_pointcurrency currency ON currency.id = e.currency_id
    ORDER BY e.posted_at DESC, e.id DESC
"""
_THESE: Final = f"""
    SELECT {_LINE}
    FROM unnest(%s::uuid[]) WITH ORDINALITY AS told (id, place)
    JOIN loyalty_entry e ON e.id = told.id JOIN loyalty_account a ON a.id = e.account_id
    LEFT JOIN loyalty_pointcurrency currency ON currency.id = a.currency_id
    ORDER BY told.place
"""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as statements show it; `expires_at` is the first end of what it brought."""

    id: Id
    program_id: Id
    account_id: Id
    number: int
    kind: str
    points: int
    balance_after: int
    reason: str
    source_key: str
    rule_id: Id | None
    rule_version: int | None
    event_id: Id | None
    reverses_id: Id | None
    actor_kind: str
    actor_id: Id | None
    actor_name: str
    occurred_at: datetime
    posted_at: datetime
    currency: str | None
    name: str | None  # of the currency, as JSON; a gift card's has none
    counted: str | None
    expires_at: datetime | None

    @property
    def unit(self) -> str:
        """What its points are called behind their number, in the active language."""
        name, forms = json.loads(self.name or "{}"), json.loads(self.counted or "{}")
        return counted(forms, self.points) or in_words(name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some entries, newest first, and where the next page goes on."""

    entries: Sequence[Line]
    cursor: str | None


def statement(
    *,
    member: Member,
    currency: PointCurrency | None = None,
    limit: int,
    cursor: str | None = None,
    sign: int = 0,
) -> Page:
    """A page of a member's entries, of one currency or all, newest first; one query.

    `sign` is 1 for what came alone, -1 for what went.

    Raises Malformed for a foreign cursor.
    """
    below = _read(cursor) if cursor else {}
    currency_id = currency.pk if currency else None
    rows = run(
        _PAGE,
        [
            *(list(below), list(below.values()), sign, sign, limit + 1),
            *(member.pk, currency_id, currency_id, limit + 1),
        ],
    )
    shown_ones = [Line(*row) for row in rows[:limit]]
    below |= {line.account_id: line.number for line in shown_ones}
    return Page(entries=shown_ones, cursor=cursor_after(below) if len(rows) > limit else None)


def lines_of(entry_ids: Sequence[Id]) -> list[Line]:
    """These entries, in the order told; one query."""
    return [Line(*row) for row in run(_THESE, [list(entry_ids)])]


def entries_of(*, member: Member, currency: PointCurrency | None = None) -> int:
    """How many entries the whole statement has: numbers run without a gap (L-3), so nothing is counted."""
    accounts = Account.objects.filter(member=member)
    if currency is not None:
        accounts = accounts.filter(currency=currency)
    return sum(accounts.values_list("last_number", flat=True))


def cursor_after(below: Mapping[Id, int]) -> str:
    """The cursor of what comes after these numbers, account by account."""
    text = ",".join(f"{account_id.hex}:{number}" for account_id, number in sorted(below.items()))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read(cursor: str) -> dict[Id, int]:
    """The numbers that the last page ended at; a cursor is only ever one of ours."""
    try:
        padded = cursor[:CURSOR_LENGTH_MAX].encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        pairs = [part.split(":") for part in text.split(",")]
        below = {Id(hex=account): int(number) for account, number in pairs}
        if any(not 0 < number <= NUMBER_MAX for number in below.values()):
            raise ValueError
        return below
    except (ValueError, binascii.Error) as error:
        message = _("Take the cursor from the `next` of an earlier page.")
        problem = Problem(pointer="?cursor", code="cursor_invalid", message=message)
        raise Malformed(problems=[problem]) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Credit:
    """An entry that brought points: how many, of which currency, when, and whether tiers count them."""

    entry_id: Id
    currency_id: Id
    points: int
    occurred_at: datetime
    counts_for_tier: bool


def credits_of(*, program: Program, entry_ids: Collection[Id]) -> dict[Id, Credit]:
    """These entries of the programme's members, by id; one query."""
    rows = Entry.objects.filter(
        program=program, pk__in=entry_ids, points__gt=0, account__currency__isnull=False
    )
    told = rows.values_list(
        "pk", "account__currency_id", "points", "occurred_at", "counts_for_tier"
    )
    return {
        row_id: Credit(
            entry_id=row_id, currency_id=kind, points=points, occurred_at=at, counts_for_tier=counts
        )
        for row_id, kind, points, at, counts in told
    }


def show_entries(lines: Sequence[Line], *, program: Program) -> list[dict[str, Any]]:
    """Entries of this programme as doors tell them, in order."""
    assert all(line.program_id == program.pk for line in lines), "the caller has looked whose"
    return [_show(line) for line in lines]


def _show(line: Line) -> dict[str, Any]:
    return {
        "id": shown(Entry.prefix, line.id),
        "kind": line.kind,
        "points": line.points,
        "balance_after": line.balance_after,
        "currency": line.currency,
        "occurred_at": line.occurred_at,
        "posted_at": line.posted_at,
        "expires_at": line.expires_at,
        "reason": line.reason or None,
        "source": source_of(line),
        "rule": _rule_of(line),
        "actor": _actor_of(line),
        "reverses": shown(Entry.prefix, line.reverses_id) if line.reverses_id else None,
        "explanation": sentence_of(kind=line.kind, amount=amount_of(line.points, line.unit)),
    }


def source_of(line: Line) -> dict[str, str | None]:
    """What brought the entry about, as the key of L-4 tells it: an event, a hold, a lot's end, an adjustment …"""
    if line.event_id:
        return {"type": "event", "id": shown("evt", line.event_id)}
    first = line.source_key.partition("/")[0]
    prefix, _, rest = first.partition("_")
    return {"type": SOURCES.get(prefix, "other"), "id": first if rest else None}


def _actor_of(line: Line) -> str:
    """Who did it: a kind and an id or a job's name."""
    return Actor(kind=ActorKind(line.actor_kind), id=line.actor_id, name=line.actor_name).shown


def _rule_of(line: Line) -> dict[str, Any] | None:
    if line.rule_id is None:
        return None
    return {"id": shown("rul", line.rule_id), "version": line.rule_version}
