"""True of every history of a friend: however orders and returns are told, the referral ends alike (R-28, R-35).

Four friends share each world: what is told of them goes in together, and each ends as alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, zip_longest
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
    at,
    code_of,
    grants_of,
    points_of,
    referral_of,
    ticked,
)

pytestmark = pytest.mark.django_db
JOINED, FIRST_DAY = at("11-10 08:00"), at("11-11 09:00")
TOLD_AT = at("11-24 09:00")  # before the first hold is over
RELEASED_AT = "2026-12-10 09:00"
TOO_LATE = at("2027-01-09 09:00")  # thirty days after it: what comes back now takes nothing back
TOLD_LATE_AT, OVER_AT = at("2027-01-20 09:00"), "2027-01-20 09:00"
HOLD, MINIMUM, FRIENDS = timedelta(days=14), 3000, 4
_numbers = count(1)


class Bought(NamedTuple):
    """An order, what came back of it the next day, whether that was told after the release; and whether the rest came
    back when it was too late."""

    day: int
    total: int
    back: int
    is_late: bool
    rest_too_late: bool = False

    @property
    def rest(self) -> int:
        return max(0, self.total - self.back) if self.rest_too_late else 0


class Telling(NamedTuple):
    """One event as it is told, in the first batch or after the release."""

    event: dict[str, Any]
    is_late: bool


History = list[Bought]
histories = st.lists(
    st.builds(
        Bought,
        day=st.integers(0, 9),
        total=st.sampled_from([1000, 2999, 3000, 4500]),
        back=st.sampled_from([0, 0, 1000, 1501, 4500]),
        is_late=st.booleans(),
        rest_too_late=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
WRITTEN_OUT: list[History] = [
    # the first is returned in time, the second in time and told after the release
    [Bought(0, 4500, 4500, False), Bought(5, 3000, 1000, True)],
    # returned in time and told after the release, and another order keeps the referral
    [Bought(0, 4500, 1501, True), Bought(5, 3000, 0, False)],
    # under the minimum by what came back too late, alone or with what came back in time
    [Bought(0, 4500, 1000, True, True)],
    # under the minimum in time already, told before or after what came back too late
    [Bought(0, 4500, 1501, True, True)],
]


@pytest.fixture
def cafe() -> Any:
    """One for all examples, with new people each time; so nobody is watched for bringing many."""
    return a_cafe(clawback={"for": "P30D"}, advocate_cap={"times": 12, "period": "month"})


def instant_of(number: int, bought: Bought) -> datetime:
    return FIRST_DAY + timedelta(days=bought.day, minutes=number)


def a_return(friend: str, order_id: str, amount: int, *, of: int, when: datetime) -> dict[str, Any]:
    is_whole = amount >= of
    return an_event(
        "order.cancelled" if is_whole else "order.returned",
        member=f"ext:{friend}",
        source_id=f"return-{order_id}-{when:%m%d}",
        at=when,
        data={"order_id": order_id} | ({} if is_whole else {"amount": amount}),
    )


def tellings_of(friend: str, history: History) -> Iterator[Telling]:
    """Orders and returns as they are told; an order's first telling is never late."""
    for number, bought in enumerate(history):
        order_id, instant = f"{friend}-{number}", instant_of(number, bought)
        line = {"sku": "COF", "quantity": 1, "amount": bought.total}
        order = an_order(
            order_id, member=f"ext:{friend}", total=bought.total, at=instant, lines=[line]
        )
        yield Telling(order, is_late=False)
        if bought.back:
            back = a_return(
                friend, order_id, bought.back, of=bought.total, when=instant + timedelta(days=1)
            )
            yield Telling(back, bought.is_late)
        if bought.rest:
            rest = a_return(friend, order_id, bought.rest, of=bought.total, when=TOO_LATE)
            yield Telling(rest, is_late=True)


def standing(history: History, *, before_release: bool) -> list[datetime]:
    """When the orders were paid that reach the minimum, net of what came back in time and is known; worked out by hand."""
    return sorted(
        instant_of(number, each)
        for number, each in enumerate(history)
        if each.total - (0 if before_release and each.is_late else each.back) >= MINIMUM
    )


def at_the_clock(cafe: Any, instant: datetime) -> None:
    """What is heard is followed by the programme's own clock."""
    Program.objects.filter(pk=cafe.pk).update(is_test=True, test_now=instant)


def four_friends(cafe: Any) -> list[tuple[str, str]]:
    """Each with an advocate of their own."""
    at_the_clock(cafe, JOINED)
    pairs = []
    for _friend in range(FRIENDS):
        advocate, friend = (f"{name}-{next(_numbers)}" for name in ("ada", "grace"))
        a_member(cafe, advocate)
        a_member(cafe, friend, at=JOINED, referral_code=code_of(cafe, advocate).text)
        pairs.append((advocate, friend))
    deliver_until_idle(program_id=cafe.pk)
    return pairs


def tell(cafe: Any, stories: list[list[dict[str, Any]]], *, at: datetime, together: bool) -> None:
    """Each friend's events in their order: all at once, or one of each friend at a time."""
    at_the_clock(cafe, at)
    rounds = [[each for each in batch if each] for batch in zip_longest(*stories)]
    whole = [[each for story in stories for each in story]]
    for batch in whole if together else rounds:
        outcomes = taken(cafe, *batch, at=at)
        assert [each.refusal for each in outcomes if each.refusal] == []
        deliver_until_idle(program_id=cafe.pk)


def shuffled(data: Any, story: list[Telling]) -> list[Telling]:
    """Any order, and up to two of them once more, then or later."""
    if data is None:
        return story
    again = [Telling(each.event, data.draw(st.booleans()) or each.is_late) for each in story]
    doubled = story + data.draw(st.lists(st.sampled_from(again), max_size=2))
    return list(data.draw(st.permutations(doubled)))


def held_alike(cafe: Any, friend: str, history: History) -> None:
    """Before the release: waiting for the first order that stands, or for one to come."""
    held = referral_of(cafe, friend)
    first = next(iter(standing(history, before_release=True)), None)
    assert (held.state, held.ordered_at, held.release_at) == (
        ("pending", first, first + HOLD) if first else ("joined", None, None)
    )


def ended_alike(cafe: Any, advocate: str, friend: str, history: History) -> None:
    """In the end: nothing came of it, or it stands, or it fell in time and both sides gave all back."""
    given_back = {"advocate": ("reversed", 500), "friend": ("reversed", 300)}
    kept = {"advocate": ("granted", 0), "friend": ("granted", 0)}
    if not standing(history, before_release=True):
        ends: Any = ("expired", {}, 0)
    elif standing(history, before_release=False):
        ends = ("approved", kept, 500)
    else:
        ends = ("reversed", given_back, 0)
    there = {side: each for side, each in grants_of(cafe, friend).items() if each[0] != "cancelled"}
    assert (referral_of(cafe, friend).state, there, points_of(cafe, advocate)) == ends


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(data=None, lives=WRITTEN_OUT, together=False)
@example(data=None, lives=WRITTEN_OUT, together=True)
@given(
    data=st.data(),
    lives=st.lists(histories, min_size=FRIENDS, max_size=FRIENDS),
    together=st.booleans(),
)
def test_every_telling_ends_alike(cafe, data, lives, together):
    """R-28, R-34, R-35: any order, doubling and delay, one by one or in a batch, on both sides of every limit, ends where the
    purchases themselves say."""
    pairs = four_friends(cafe)
    stories = [
        shuffled(data, list(tellings_of(friend, history)))
        for (_advocate, friend), history in zip(pairs, lives, strict=True)
    ]
    early = [[each.event for each in story if not each.is_late] for story in stories]
    late = [[each.event for each in story if each.is_late] for story in stories]

    tell(cafe, early, at=TOLD_AT, together=together)
    for (_advocate, friend), history in zip(pairs, lives, strict=True):
        held_alike(cafe, friend, history)

    ticked(cafe, RELEASED_AT)
    tell(cafe, late, at=TOLD_LATE_AT, together=together)
    ticked(cafe, OVER_AT)

    for (advocate, friend), history in zip(pairs, lives, strict=True):
        ended_alike(cafe, advocate, friend, history)
