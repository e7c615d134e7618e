"""Returns of orders without lines, whose own sums do not say whether they held the tax (E-60, E-61)."""

import pytest

from loyalty.events.kept.counted import bought_by_day
from tests.loyalty.events.test_returns import a_return
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.members import a_member
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)
# 45.00 of goods with 8.91 of tax on top, or 54.90 with it within; what the total has more is shipping.
SHIPPING = {False: 599, True: 500}
COUNTS = {False: 4500, True: 4582}


@pytest.mark.parametrize("taxed", [False, True])
@pytest.mark.parametrize("is_turned", [False, True], ids=["as-it-was", "turned"])
def test_they_are_read_as_on_their_day(taxed, is_turned):
    """E-61: whatever the programme's switch says by now, exactly what was paid for shipping comes back, and no more."""
    cafe = a_cafe(a_rule(), basis={"prices_include_tax": taxed})
    ada = a_member(cafe)
    taken(cafe, an_order(total=5990, tax=990, shipping=500))
    if is_turned:
        turned = {"slug": cafe.slug, "basis": {"prices_include_tax": not taxed}}
        cafe = applied({"program": turned}).program

    assert bought_by_day(program=cafe, member_ids=[ada.pk]) == {
        ada.pk: {NOON.date(): (COUNTS[taxed], 1)}
    }
    whole = [{"line_id": "1"}]
    more, exact = taken(
        cafe,
        a_return("more", lines=whole, shipping=SHIPPING[taxed] + 1),
        a_return("exact", lines=whole, shipping=SHIPPING[taxed]),
    )

    assert more.refusal is not None
    assert more.refusal.code == "return_exceeds_order"
    assert exact.answer["results"]["allocation"]["money"]["amount"] == 5990
