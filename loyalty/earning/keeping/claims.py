"""Claims: the earnings of events as they stand, and what was claimed of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection

from loyalty.earning.models import Earning
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work

_NOTE: Final = """
    UPDATE loyalty_earning e SET claimed = told.claimed
    FROM unnest(%s::uuid[], %s::bigint[]) AS told (id, claimed)
    WHERE e.id = told.id
"""


@dataclass(slots=True)
class Earned:
    """One earning; `claimed` moves along while returns are settled."""

    id: Id
    event_id: Id
    member_id: Id
    rule_id: Id
    version: int
    currency_id: Id
    entry_id: Id
    points: int
    claimed: int
    counts_for_tier: bool
    day: date
    is_spendable: bool

    @property
    def rule(self) -> str:
        return shown("rul", self.rule_id)


def earned_by(*, event_ids: Collection[Id]) -> dict[Id, list[Earned]]:
    """What these events earned, in the order in which rules gave it; one query, under the members' locks."""
    rows = Earning.objects.filter(event_id__in=event_ids).order_by("id")
    found: dict[Id, list[Earned]] = {}
    for row in rows.values_list(*Earned.__slots__[:-1], "currency__spendable"):
        found.setdefault(row[1], []).append(Earned(*row))
    return found


@inside_unit_of_work
def note_claims(claimed: Mapping[Id, int]) -> None:
    """Write what was claimed of each earning so far, lowest id first."""
    if not claimed:
        return
    ids = sorted(claimed)
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [ids, [claimed[each] for each in ids]])
