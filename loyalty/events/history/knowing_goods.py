"""Knowing goods: the articles and categories of the newest orders, for warnings about rules that name others."""

from typing import Final

from loyalty.earning.launching.goods import ORDERS_LOOKED_AT, Goods, knows_goods
from loyalty.foundation.database.statements import run
from loyalty.programs.models import Program

_GOODS: Final = """
    WITH newest AS (
        SELECT data FROM loyalty_event WHERE program_id = %s AND type = 'order.paid' ORDER BY id DESC LIMIT %s
    ), lines AS (
        SELECT jsonb_array_elements(data -> 'lines') AS line FROM newest WHERE data ? 'lines'
    )
    SELECT (SELECT count(*) FROM newest),
           (SELECT array_agg(DISTINCT line ->> 'sku') FROM lines WHERE line ? 'sku'),
           (SELECT array_agg(DISTINCT each) FROM lines, jsonb_array_elements_text(line -> 'categories') AS each
            WHERE line ? 'categories')
"""


@knows_goods
def goods_of_newest_orders(program: Program) -> Goods:
    """One statement over the newest orders."""
    ((orders, skus, categories),) = run(_GOODS, [program.pk, ORDERS_LOOKED_AT])
    return Goods(orders=orders, skus=frozenset(skus or ()), categories=frozenset(categories or ()))
