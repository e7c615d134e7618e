"""True of every history of a friend: however orders and returns are told, the referral ends alike (R-28, R-35)."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loyalty.outbox.delivering import deliver_until_idle
from referrals.rewards.models import ReferralGrant
from tests.world.events import an_event, an_order, taken
from tests.world.referrals import (
    a_cafe,
    a_friend,
    at,
    code_of,
    grants_of,
    points_of,
    referral_of,
    ticked,
)

pytestmark = pytest.mark.django_db
FIRST_DAY = at("11-11 09:00")
TOLD_AT = at("11-24 09:00")  # before the first hold is over
_cafes = count(1)

orders = st.lists(
    st.tuples(
        st.integers(0, 9),  # days after the first
        st.sampled_from([1000, 2999, 3000, 4500]),
        st.sampled_from([None, None, 1000, 1501, "all"]),  # what came back of it
    ),
    min_size=1,
    max_size=3,
)


def story_of(bought: list[Any]) -> list[dict[str, Any]]:
    """Orders and returns as they are told, in order of time."""
    told = []
    for number, (day, total, back) in enumerate(bought):
        instant, order_id = FIRST_DAY + timedelta(days=day, minutes=number), f"order-{number}"
        line = {"sku": "COF", "quantity": 1, "amount": total}
        told.append(an_order(order_id, member="ext:grace", total=total, at=instant, lines=[line]))
        if back:
            kind = "order.cancelled" if back == "all" or back >= total else "order.returned"
            data = {"order_id": order_id}
            data |= {} if kind == "order.cancelled" else {"amount": back}
            told.append(
                an_event(
                    kind,
                    member="ext:grace",
                    source_id=f"return-{number}",
                    at=instant + timedelta(days=1),
                    data=data,
                )
            )
    return sorted(told, key=lambda each: each["occurred_at"])


def end_of(told: list[dict[str, Any]], *, together: bool) -> Any:
    """Where the referral stands when all of it is told, and again when everything has fallen due."""
    cafe = a_cafe(f"cafe-{next(_cafes)}", advocate_cap={"times": 12, "period": "month"})
    a_friend(cafe, code=code_of(cafe).text)
    for batch in [told] if together else [[each] for each in told]:
        taken(cafe, *batch, at=TOLD_AT)
        deliver_until_idle(program_id=cafe.pk)
    row = referral_of(cafe)
    middle = (row.state, row.ordered_at, row.release_at, standing_of(cafe))
    ticked(cafe, "2027-02-01 09:00")
    row = referral_of(cafe)
    for grant in ReferralGrant.objects.filter(referral=row):
        assert 0 <= grant.recovered <= grant.amount
    return middle, (row.state, row.ordered_at, standing_of(cafe), points_of(cafe, "ada"))


def standing_of(cafe: Any) -> dict[str, Any]:
    """The grants that are something; that one was promised and cancelled in between is history."""
    return {side: told for side, told in grants_of(cafe).items() if told[0] != "cancelled"}


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # a café an example: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), bought=orders, together=st.booleans())
def test_every_telling_ends_alike(data, bought, together):
    """Any order, any doubling, one by one or in a batch; and nobody is paid who should not be."""
    story = story_of(bought)
    doubled = story + data.draw(st.lists(st.sampled_from(story), max_size=3))
    shuffled = data.draw(st.permutations(doubled))

    in_order = end_of(story, together=False)
    otherwise = end_of(list(shuffled), together=together)

    assert otherwise == in_order
    state, points = in_order[1][0], in_order[1][3]
    assert (state, points) in {("approved", 500), ("expired", 0)}
