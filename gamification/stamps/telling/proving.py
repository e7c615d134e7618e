"""Proving: the running total on each row of a card is the sum of the rows up to it (V-35)."""

from collections.abc import Iterable
from typing import Final

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import shown
from loyalty.foundation.proofs.proving import Found, Scope, invariant

_TOTALS: Final = """
    SELECT s.id, s.total, s.due FROM (
        SELECT s.id, s.total, sum(s.quantity) OVER (PARTITION BY s.card_id, s.member_id ORDER BY s.seq) AS due
        FROM gamification_stamp s JOIN gamification_definition d ON d.id = s.card_id
        WHERE (%s::uuid IS NULL OR d.program_id = %s::uuid) AND (%s::uuid IS NULL OR s.member_id = %s::uuid)
    ) AS s
    WHERE s.total <> s.due ORDER BY s.id
"""


@invariant("G-67", name="stamps and totals")
def totals_add_up(scope: Scope) -> Iterable[Found]:
    """Totals that are not the sum of what was given and taken."""
    values = [scope.program_id, scope.program_id, scope.member_id, scope.member_id]
    for row_id, total, due in run(_TOTALS, values):
        yield shown("stm", row_id), str(total), str(due)
