"""Usual: what an order of this programme brings as a rule, for those who have none yet (U-60)."""

from typing import Final

from loyalty.events.kinds import ORDER_PAID
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from loyalty.programs.tenants import PointCurrency, currencies_of

LOOKED_AT_MAX: Final = (
    2_000  # the newest events of the whole service: the same work however many there are
)
ORDERS_MIN: Final = 20  # of fewer nobody may say "about"; nor may one be told from the others

_USUAL: Final = """
    SELECT e.currency_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY e.points)::bigint
    FROM (
        SELECT one.currency_id, sum(one.points) AS points
        FROM (SELECT id, program_id, type FROM loyalty_event ORDER BY id DESC LIMIT %s) newest
        JOIN loyalty_earning one ON one.event_id = newest.id
        WHERE newest.program_id = %s AND newest.type = %s
        GROUP BY one.event_id, one.currency_id
    ) e
    GROUP BY e.currency_id HAVING count(*) >= %s
"""


def usual_points_of_an_order(program: Program) -> tuple[PointCurrency, int] | None:
    """The middle of what orders earned lately, of the first currency that can be spent; None of too few orders.

    Above 20 it is rounded to tens. One statement.
    """
    found: dict[Id, int] = dict(run(_USUAL, [LOOKED_AT_MAX, program.pk, ORDER_PAID, ORDERS_MIN]))
    for currency in currencies_of(program).values():
        points = found.get(currency.pk)
        if currency.spendable and points:
            return currency, int(points) if points <= 20 else int(points + 5) // 10 * 10
    return None
