"""Credits: what rooms above must know of entries that brought points, to ask them back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from loyalty.foundation.ids import Id
from loyalty.ledger.models import Entry
from loyalty.programs.models import Program


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
        entry_id: Credit(
            entry_id=entry_id,
            currency_id=currency_id,
            points=points,
            occurred_at=occurred_at,
            counts_for_tier=counts_for_tier,
        )
        for entry_id, currency_id, points, occurred_at, counts_for_tier in told
    }
