"""Earnings: entries by which points came in, and what was asked back of them, for those who count them (G-1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.kinds import EntryKind
from loyalty.ledger.models import Account, Entry
from loyalty.programs.models import Program

EARNINGS: Final = (EntryKind.EARN, EntryKind.BONUS, EntryKind.OPENING)
_CLAIMS: Final = """
    SELECT earning_id, source_key, asked, at FROM loyalty_claim
    WHERE earning_id = ANY(%s::uuid[]) ORDER BY earning_id, id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Earning:
    """Points that came in by one entry."""

    id: Id
    member_id: Id
    currency_id: Id
    points: int
    source_key: str
    occurred_at: datetime
    posted_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What one return asked back of an earning, whatever covered it."""

    source_key: str
    points: int
    at: datetime


def earnings_of(*, program: Program, member_ids: Collection[Id]) -> list[Earning]:
    """Every entry by which points came in to these members, by id; one query."""
    rows = Entry.objects.filter(
        program=program, account__member_id__in=member_ids, kind__in=EARNINGS
    ).order_by("pk")
    return [
        Earning(
            id=entry_id,
            member_id=member_id,
            currency_id=currency_id,
            points=points,
            source_key=source_key,
            occurred_at=occurred_at,
            posted_at=posted_at,
        )
        for (
            entry_id, member_id, currency_id, points, source_key, occurred_at, posted_at
        ) in rows.values_list(
            "pk", "account__member_id", "account__currency_id", "points", "source_key", "occurred_at", "posted_at",
        )
    ]  # fmt: skip


def entry_ids_of(*, program: Program, member_ids: Collection[Id]) -> list[Id]:
    """The ids alone."""
    accounts = Account.objects.filter(program=program, member_id__in=member_ids)
    rows = Entry.objects.filter(account__in=accounts, kind__in=EARNINGS)
    return list(rows.values_list("pk", flat=True))


def asked_back(entry_ids: Collection[Id]) -> Mapping[Id, list[Asked]]:
    """What was asked back of these entries, in the order of asking; one query."""
    found: dict[Id, list[Asked]] = {}
    for entry_id, source_key, points, at in run(_CLAIMS, [sorted(entry_ids)]):
        found.setdefault(entry_id, []).append(Asked(source_key=source_key, points=points, at=at))
    return found
