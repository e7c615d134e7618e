"""Dates: on which day what of a member's points opens or ends, and with which entries it came (L-60, U-1)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id, shown
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.programs.tenants import currencies_of

PARTS_MAX: Final = 5  # of one date, told one by one; the rest is in its sum

# A lot that is still closed stands under both of its dates.
_DATES: Final = """
    WITH date AS (
        SELECT a.currency_id, d.opens, d.at, lot.id, lot.free, lot.entry_id
        FROM loyalty_account a JOIN loyalty_lot lot ON lot.account_id = a.id
        CROSS JOIN LATERAL (VALUES (true, CASE WHEN lot.opened_at IS NULL THEN lot.opens_at END), (false, lot.expires_at)) d (opens, at)
        WHERE a.member_id = %s AND lot.free > 0 AND d.at IS NOT NULL
    ), ranked AS (
        SELECT date.*, row_number() OVER (PARTITION BY currency_id, opens, at ORDER BY id) AS place FROM date
    )
    SELECT r.currency_id, r.opens, r.at, sum(r.free)::bigint, count(*),
        jsonb_agg(jsonb_build_array(e.id, r.free, e.occurred_at) ORDER BY r.id) FILTER (WHERE r.place <= %s)::text
    FROM ranked r JOIN loyalty_entry e ON e.id = r.entry_id
    GROUP BY r.currency_id, r.opens, r.at ORDER BY r.at, r.opens DESC
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """So many points of one date, and the entry that brought them."""

    entry: str
    points: int
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ComingDate:
    """So many points of a currency open, or end, at this instant; `parts` are the first of them, `more` is how many are not told."""

    currency: str
    opens: bool
    at: datetime
    points: int
    parts: Sequence[Part]
    more: int


def coming_dates(*, program: Program, member: Member) -> list[ComingDate]:
    """Every coming date of this member's points, soonest first; one statement."""
    slugs = {each.pk: slug for slug, each in currencies_of(program).items()}
    return [
        ComingDate(
            currency=slugs[currency_id],
            opens=opens,
            at=at,
            points=points,
            parts=[_part(*each) for each in json.loads(parts)],
            more=count - min(count, PARTS_MAX),
        )
        for currency_id, opens, at, points, count, parts in run(_DATES, [member.pk, PARTS_MAX])
        if currency_id in slugs
    ]


def _part(entry_id: Any, points: int, at: str) -> Part:
    told = shown(Entry.prefix, Id(entry_id))
    return Part(entry=told, points=points, occurred_at=datetime.fromisoformat(at))
