"""Trial balance: per currency and range of days, opening, each kind of movement, closing; from rows alone (L-62, I10)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.proofs.proving import snapshot
from loyalty.ledger.kinds import COUNTERPARTS, EntryKind
from loyalty.programs.calendar import midnight
from loyalty.programs.models import PointCurrency, Program

_SUMS: Final = """
    SELECT a.currency_id, e.kind, sum(e.points)::bigint, count(*)
    FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
    WHERE e.program_id = %s AND e.posted_at >= %s AND e.posted_at < %s AND a.currency_id IS NOT NULL
    GROUP BY a.currency_id, e.kind
"""
_BEFORE: Final = """
    SELECT a.currency_id, sum(e.points)::bigint
    FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
    WHERE e.program_id = %s AND e.posted_at < %s AND a.currency_id IS NOT NULL
    GROUP BY a.currency_id
"""


@dataclass(kw_only=True, slots=True)
class Trial:
    """One currency over a range of days. `opening` + everything that moved = `closing`."""

    currency: str
    opening: int
    kinds: dict[str, int] = field(default_factory=dict)
    entries: int = 0

    @property
    def closing(self) -> int:
        return self.opening + sum(self.kinds.values())

    @property
    def counterparts(self) -> dict[str, int]:
        """Issued, spent, expired, given back … : the other side of every movement (L-5)."""
        sums = dict.fromkeys(sorted(set(COUNTERPARTS.values())), 0)
        for kind, points in self.kinds.items():
            sums[COUNTERPARTS[EntryKind(kind)]] += points
        return sums


def trial_balance(*, program: Program, first: date, last: date) -> list[Trial]:
    """Every currency of the programme over these local days, both included, in one snapshot."""
    start, end = midnight(first, program.zone), midnight(last + timedelta(days=1), program.zone)
    with snapshot():
        currencies = list(
            PointCurrency.objects.filter(program=program).order_by("position", "slug")
        )
        before: dict[Id, int] = dict(run(_BEFORE, [program.pk, start]))
        sums = run(_SUMS, [program.pk, start, end])
    trials = {
        each.pk: Trial(currency=each.slug, opening=before.get(each.pk, 0)) for each in currencies
    }
    for currency_id, kind, points, entries in sums:
        trial = trials[currency_id]
        trial.kinds[kind] = points
        trial.entries += entries
    return list(trials.values())
