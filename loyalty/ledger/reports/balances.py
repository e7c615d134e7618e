"""Balances: what an account holds now, held at an instant or on a day, what moved it, what opens or ends next (L-60)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.ledger.models import Account
from loyalty.ledger.refusals import CurrencyUnknown
from loyalty.members.models import Member
from loyalty.members.showing import shown_with_member
from loyalty.programs.calendar import midnight
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.tenants import currencies_of

# The next end is the first step of the spending index; its points are those of all lots with that end.
_BALANCES: Final = """
    SELECT a.member_id, a.currency_id, a.available, a.pending, a.held, a.negative,
           ending.expires_at, ending.points, opening.opens_at, opening.points
    FROM loyalty_account a
    LEFT JOIN LATERAL (
        SELECT lot.expires_at, sum(lot.free)::bigint AS points
        FROM loyalty_lot lot
        WHERE lot.account_id = a.id AND lot.free > 0 AND lot.opened_at IS NOT NULL
          AND COALESCE(lot.expires_at, 'infinity'::timestamptz) = (
              SELECT COALESCE(first.expires_at, 'infinity'::timestamptz) FROM loyalty_lot first
              WHERE first.account_id = a.id AND first.free > 0 AND first.opened_at IS NOT NULL
                AND COALESCE(first.expires_at, 'infinity'::timestamptz) > %s
              ORDER BY COALESCE(first.expires_at, 'infinity'::timestamptz) LIMIT 1)
        GROUP BY lot.expires_at
    ) ending ON a.available > 0 AND ending.expires_at IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT lot.opens_at, sum(lot.free)::bigint AS points
        FROM loyalty_lot lot
        WHERE lot.account_id = a.id AND lot.free > 0 AND lot.opened_at IS NULL AND lot.opens_at IS NOT NULL
        GROUP BY lot.opens_at ORDER BY lot.opens_at LIMIT 1
    ) opening ON a.pending > 0
    WHERE a.member_id = ANY(%s::uuid[])
"""
_AT: Final = """
    SELECT e.balance_after FROM loyalty_entry e
    WHERE e.account_id = %s AND e.posted_at <= %s ORDER BY e.number DESC LIMIT 1
"""
_DAYS: Final = """
    SELECT DISTINCT ON (day) (e.posted_at AT TIME ZONE %s)::date AS day, e.balance_after
    FROM loyalty_entry e WHERE e.account_id = %s AND e.posted_at >= %s AND e.posted_at < %s
    ORDER BY day, e.number DESC
"""
_COMING: Final = """
    SELECT expires_at, sum(free)::bigint, COALESCE(sum(free) FILTER (WHERE opened_at IS NULL), 0)::bigint
    FROM loyalty_lot
    WHERE account_id = %s AND free > 0 AND expires_at IS NOT NULL
    GROUP BY expires_at ORDER BY expires_at
"""
# Lots that have ended and wait for the night are no longer available (L-22).
_AVAILABLE: Final = """
    SELECT a.member_id, a.currency_id, a.available - COALESCE((
        SELECT sum(lot.free) FROM loyalty_lot lot
        WHERE lot.account_id = a.id AND lot.free > 0 AND lot.opened_at IS NOT NULL AND lot.expires_at <= %s
    ), 0)::bigint
    FROM loyalty_account a WHERE a.member_id = ANY(%s::uuid[]) AND a.available > 0
"""
_HOLDING: Final = """
    SELECT member_id, available FROM loyalty_account
    WHERE currency_id = %s AND member_id IS NOT NULL AND available >= %s AND closed_at IS NULL
      AND (%s::uuid IS NULL OR member_id > %s::uuid)
    ORDER BY member_id LIMIT %s
"""
# Those who were merged into a member are part of it; what a merge moved between them moved nothing.
_MOVES: Final = """
    WITH RECURSIVE who AS (
        SELECT id, id AS survivor FROM loyalty_member WHERE id = ANY(%s::uuid[])
        UNION ALL
        SELECT m.id, w.survivor FROM loyalty_member m JOIN who w ON m.merged_into_id = w.id
    ), moves AS (
        SELECT w.survivor, a.currency_id, e.points,
               CASE WHEN e.occurred_at >= %s THEN e.occurred_at END AS occurred_at
        FROM who w JOIN loyalty_account a ON a.member_id = w.id JOIN loyalty_entry e ON e.account_id = a.id
        WHERE a.currency_id = ANY(%s::uuid[]) AND e.kind NOT IN ('merge_in', 'merge_out') AND e.occurred_at < %s
          AND NOT (e.kind = 'earn' AND COALESCE(e.event_id = ANY(%s::uuid[]), FALSE))
    )
    SELECT survivor, currency_id, occurred_at, sum(points)::bigint FROM moves
    GROUP BY survivor, currency_id, occurred_at ORDER BY survivor, occurred_at NULLS FIRST
"""
EMPTY: Final = (0, 0, 0, 0, None, None, None, None)


class Move(NamedTuple):
    """So many points more or less in one currency; `occurred_at` None: everything before the time that was asked for."""

    currency_id: Id
    occurred_at: datetime | None
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """Points of one account that end at one instant; `pending` of them have not opened yet."""

    expires_at: datetime
    points: int
    pending: int


def currency_called(*, program: Program, slug: str | None) -> PointCurrency:
    """The currency of this slug; without one, the programme's first. Raises CurrencyUnknown."""
    mine = PointCurrency.objects.filter(program=program)
    found = mine.filter(slug=slug).first() if slug is not None else mine.first()
    if found is None:
        raise CurrencyUnknown(pointer="/currency", currency=slug or "")
    return found


@shown_with_member("balances")
def balances_of(
    program: Program, member_ids: Collection[Id], at: datetime
) -> Mapping[Id, dict[str, Any]]:
    """Each member's balances by slug of the currency; a currency never used shows zeros. Two queries."""
    slugs = {each.pk: slug for slug, each in currencies_of(program).items()}
    shown: dict[Id, dict[str, Any]] = {
        member_id: {slug: _shown(EMPTY) for slug in slugs.values()} for member_id in member_ids
    }
    for member_id, currency_id, *rest in run(_BALANCES, [at, list(member_ids)]):
        if currency_id in slugs:
            shown[member_id][slugs[currency_id]] = _shown(rest)
    return shown


def available_of(*, member_ids: Collection[Id], at: datetime) -> dict[tuple[Id, Id], int]:
    """What these members can spend at this instant, by member and currency; one query, empty accounts are absent."""
    rows = run(_AVAILABLE, [at, sorted(member_ids)])
    return {(member_id, currency_id): points for member_id, currency_id, points in rows}


def members_holding(
    *, currency_id: Id, points_min: int, after: Id | None, limit: int
) -> list[tuple[Id, int]]:
    """Members with at least so many points available of this currency, and how many; a page, lowest id first."""
    return [
        (row[0], row[1]) for row in run(_HOLDING, [currency_id, points_min, after, after, limit])
    ]


def balance_at(*, account_id: Id, at: datetime) -> int:
    """The balance as it stood after everything posted up to this instant."""
    rows = run(_AT, [account_id, at])
    return int(rows[0][0]) if rows else 0


def balances_by_day(
    *, account_id: Id, first: date, last: date, zone: str
) -> list[tuple[date, int]]:
    """The balance at the end of each local day, quiet days included."""
    start, end = midnight(first, zone), midnight(last + timedelta(days=1), zone)
    moved: dict[date, int] = dict(run(_DAYS, [zone, account_id, start, end]))
    balance = balance_at(account_id=account_id, at=start - timedelta(microseconds=1))
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        balance = moved.get(day, balance)
        days.append((day, balance))
    return days


def coming_ends(*, account_id: Id) -> list[Coming]:
    """Every coming end with its points, soonest first: together all points that can end and are not held (L-60)."""
    return [
        Coming(expires_at=expires_at, points=points, pending=pending)
        for expires_at, points, pending in run(_COMING, [account_id])
    ]


def coming_ends_of(*, program: Program, member: Member) -> list[dict[str, Any]]:
    """The coming ends of all of a member's currencies, as doors tell them."""
    slugs = {each.pk: slug for slug, each in currencies_of(program).items()}
    accounts = Account.objects.filter(member=member).order_by("id")
    return [
        {
            "currency": slugs[currency_id],
            "at": each.expires_at,
            "points": each.points,
            "pending": each.pending,
        }
        for account_id, currency_id in accounts.values_list("pk", "currency_id")
        if currency_id in slugs
        for each in coming_ends(account_id=account_id)
    ]


def _shown(parts: Sequence[Any]) -> dict[str, Any]:
    available, pending, held, negative, expires_at, expiring, opens_at, opening = parts
    return {
        "available": available,
        "pending": pending,
        "held": held,
        "negative": negative,
        "next_expiration": {"at": expires_at, "points": expiring} if expires_at else None,
        "next_activation": {"at": opens_at, "points": opening} if opens_at else None,
    }


def moves_but_for(
    *,
    earned_by: Collection[Id],
    member_ids: Collection[Id],
    currency_ids: Collection[Id],
    since: datetime,
    until: datetime,
) -> dict[Id, list[Move]]:
    """What moved balances of these members, but for what these events earned; by member, in order of time. One query.

    All that happened before `since` is one move per currency.
    """
    asked = [sorted(member_ids), since, sorted(currency_ids), until, list(earned_by)]
    found: dict[Id, list[Move]] = {}
    for member_id, currency_id, occurred_at, points in run(_MOVES, asked):
        found.setdefault(member_id, []).append(Move(currency_id, occurred_at, points))
    return found
