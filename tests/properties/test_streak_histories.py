"""Told in any order, late, with or without the tick, a member's streak and stamp card end alike (G-64, G-69)."""

from random import Random

import pytest

from gamification.streaks.models import StreakDay, StreakState
from tests.world.clocked import bought, it_is, returned
from tests.world.members import a_member
from tests.world.play import coffees
from tests.world.stamps import CAKE, a_card, total_of
from tests.world.streaks import a_streak, settled_until, shown

pytestmark = pytest.mark.django_db

NAMES = ("in-order", "shuffled")
SHOWN = ("current", "longest", "freezes", "deadline", "periods")


def days_of(name):
    rows = StreakDay.objects.filter(member__external_id=name).order_by("period_key")
    return list(rows.values_list("period_key", "value"))


@pytest.mark.parametrize("seed", range(3))
def test_streaks_and_cards_end_alike(seed):
    """G-64, G-69: two members do the same; of one it is told in another order."""
    random = Random(seed)
    days = [random.randint(1, 20) for _ in range(9)]
    gone = set(random.sample(range(9), 2))
    cafe, card = a_card(positions=[{"at": 5, "prize": CAKE}])
    a_streak(cafe=cafe, freezes={"start": 1, "every": 3, "max": 2, "in_a_row": 1})
    told = sorted(enumerate(days), key=lambda each: each[1])

    for name in NAMES:
        a_member(cafe, name)
        for number, day in told:
            order, when = f"{name}-{number}", f"11-{day:02} 09:{number:02}"
            bought(cafe, order, who=name, when=when, told_at="11-23 06:00", lines=coffees(2))
            if name == "shuffled":
                settled_until(cafe, "11-23 07:00")
        for number in sorted(gone):
            returned(cafe, f"{name}-{number}", who=name, when="11-24 05:00")
        random.shuffle(told)
    it_is(cafe, "11-24 06:00")

    one, other = (shown(cafe, who=name, when="11-24 06:00") for name in NAMES)
    kept = StreakState.objects.values_list("current", "longest", "freezes").distinct()
    assert {name: one[name] for name in SHOWN} == {name: other[name] for name in SHOWN}
    assert days_of(NAMES[0]) == days_of(NAMES[1])
    assert list(kept) == [(one["current"], one["longest"], one["freezes"]["owned"])]
    assert [total_of(cafe, card, name) for name in NAMES] == [14, 14]
