"""True of every history of a friend: however orders and returns are told, the referral ends alike (R-28, R-35)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.models import Program
from tests.world.events import an_event, an_order, taken
from tests.world.members import a_member
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
RELEASED_AT, TOLD_LATE_AT, OVER_AT = "2026-12-10 09:00", at("12-12 09:00"), "2027-02-01 09:00"
HOLD, MINIMUM = timedelta(days=14), 3000
_numbers = count(1)


class Bought(NamedTuple):
    """An order, and what came back of it: how much, and whether that was told before or after the release."""

    day: int
    total: int
    back: int
    is_late: bool


class Telling(NamedTuple):
    """One event as it is told, in the first batch or after the release."""

    event: dict[str, Any]
    is_late: bool


purchases = st.lists(
    st.builds(
        Bought,
        day=st.integers(0, 9),
        total=st.sampled_from([1000, 2999, 3000, 4500]),
        back=st.sampled_from([0, 0, 1000, 1501, 4500]),
        is_late=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture
def cafe() -> Any:
    """One for all examples, with new people each time; so nobody is watched for bringing many."""
    return a_cafe(advocate_cap={"times": 12, "period": "month"})


def instant_of(number: int, bought: Bought) -> datetime:
    return FIRST_DAY + timedelta(days=bought.day, minutes=number)


def tellings_of(friend: str, history: list[Bought]) -> Iterator[Telling]:
    """Orders and returns as they are told; an order's first telling is never late."""
    for number, bought in enumerate(history):
        order_id, instant = f"{friend}-{number}", instant_of(number, bought)
        line = {"sku": "COF", "quantity": 1, "amount": bought.total}
        who = f"ext:{friend}"
        yield Telling(
            an_order(order_id, member=who, total=bought.total, at=instant, lines=[line]), False
        )
        if bought.back:
            is_whole = bought.back >= bought.total
            yield Telling(
                an_event(
                    "order.cancelled" if is_whole else "order.returned",
                    member=who,
                    source_id=f"return-{order_id}",
                    at=instant + timedelta(days=1),
                    data={"order_id": order_id} | ({} if is_whole else {"amount": bought.back}),
                ),
                bought.is_late,
            )


def standing(history: list[Bought], *, before_release: bool) -> list[datetime]:
    """When the orders were paid that reach the minimum, as far as returns are known; worked out by hand."""
    return sorted(
        instant_of(number, each)
        for number, each in enumerate(history)
        if each.total - (0 if before_release and each.is_late else each.back) >= MINIMUM
    )


def at_the_clock(cafe: Any, instant: datetime) -> None:
    """What is heard is followed by the programme's own clock."""
    Program.objects.filter(pk=cafe.pk).update(is_test=True, test_now=instant)


def tell(cafe: Any, events: list[dict[str, Any]], *, at: datetime, together: bool) -> None:
    at_the_clock(cafe, at)
    for batch in [events] if together and events else [[each] for each in events]:
        taken(cafe, *batch, at=at)
        deliver_until_idle(program_id=cafe.pk)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(  # the first is returned in time, the second after the release
    data=None, history=[Bought(0, 4500, 4500, False), Bought(5, 3000, 1000, True)], together=False
)
@example(  # returned after the release, and another order keeps the referral
    data=None, history=[Bought(0, 4500, 1501, True), Bought(5, 3000, 0, False)], together=True
)
@given(data=st.data(), history=purchases, together=st.booleans())
def test_every_telling_ends_alike(cafe, data, history, together):
    """R-28, R-35: any order, doubling and delay, one by one or in a batch, ends where the purchases themselves say."""
    advocate, friend = (f"{name}-{next(_numbers)}" for name in ("ada", "grace"))
    at_the_clock(cafe, FIRST_DAY)
    a_member(cafe, advocate)
    a_friend(cafe, friend, code=code_of(cafe, advocate).text)
    story = list(tellings_of(friend, history))
    if data is not None:
        again = [Telling(each.event, data.draw(st.booleans()) or each.is_late) for each in story]
        story += data.draw(st.lists(st.sampled_from(again), max_size=3))
        story = list(data.draw(st.permutations(story)))

    tell(cafe, [each.event for each in story if not each.is_late], at=TOLD_AT, together=together)
    held = referral_of(cafe, friend)
    first = next(iter(standing(history, before_release=True)), None)
    assert (held.state, held.ordered_at, held.release_at) == (
        ("pending", first, first + HOLD) if first else ("joined", None, None)
    )

    ticked(cafe, RELEASED_AT)
    tell(cafe, [each.event for each in story if each.is_late], at=TOLD_LATE_AT, together=together)
    ticked(cafe, OVER_AT)

    standing_at_last = standing(history, before_release=False)
    given_back = {"advocate": ("reversed", 500), "friend": ("reversed", 300)}
    kept = {"advocate": ("granted", 0), "friend": ("granted", 0)}
    ends = (
        ("approved", kept, 500)
        if standing_at_last
        else ("reversed", given_back, 0)
        if first
        else ("expired", {}, 0)
    )
    there = {side: each for side, each in grants_of(cafe, friend).items() if each[0] != "cancelled"}
    assert (referral_of(cafe, friend).state, there, points_of(cafe, advocate)) == ends
