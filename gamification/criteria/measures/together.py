"""Together: what one member has come to by several measures, asked in one statement (U-51)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias

from gamification.criteria.measures.counting import Who, summed
from gamification.criteria.measures.specs import Spec
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

# A measure over deeds, and the zone in which it reads days.
Zoned: TypeAlias = tuple[Spec, str]


def values_by_measure(*, measures: Sequence[Zoned], member_id: Id) -> list[dict[str, int]]:
    """A member's present values by key, those above zero, one mapping a measure; one statement however many."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    parts: list[str] = []
    values: list[Any] = []
    for place, (spec, zone) in enumerate(measures):
        told = summed(spec, zone=zone, who=[Who(member_id=member_id)])
        parts.append(f"SELECT {place}, told.key, told.total FROM ({told.text}) AS told")  # noqa: S608
        values.extend(told.values)
    if parts:
        for place, key, total in run(" UNION ALL ".join(parts), values):
            found[place][key] = int(total)
    return [found[place] for place in range(len(measures))]
