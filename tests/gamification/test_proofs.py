"""What is kept of streaks and cards is proved and worked out again (V-35, V-36)."""

import pytest

from gamification.stamps.models import Stamp
from gamification.streaks.models import StreakDay, StreakState
from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.proofs.rebuilding import rebuild
from tests.world.clocked import bought
from tests.world.play import coffees
from tests.world.stamps import a_card
from tests.world.streaks import a_streak, told
from tests.world.tables import changed

pytestmark = pytest.mark.django_db


def rebuilt(cafe, *, dry_run):
    scope = Scope(program_id=cafe.pk)
    found = rebuild("streaks", scope=scope, dry_run=dry_run)
    return [(each.row.partition(" mem_")[2][27:], each.found, each.rebuilt) for each in found]


def test_streaks_are_rebuilt_from_deeds():
    """G-9: row by row, and nobody hears of it."""
    cafe, _daily = a_streak(freezes={"start": 0, "max": 0})
    for day in (2, 3):
        bought(cafe, f"o-{day}", when=f"11-{day:02} 10:00")
    facts = told(cafe)
    sound = rebuilt(cafe, dry_run=False)
    changed(StreakDay.objects.get(period_key="2026-11-02"), value=7)
    StreakDay.objects.filter(period_key="2026-11-03").delete()
    changed(StreakState.objects.get(), longest=9)

    looked_at = rebuilt(cafe, dry_run=True)
    put_right = rebuilt(cafe, dry_run=False)

    wrong = [("", "2 9 0", "2 2 0"), ("2026-11-02", "7 0", "1 0"), ("2026-11-03", "-", "1 0")]
    assert sound == []
    assert looked_at == put_right == wrong
    assert rebuilt(cafe, dry_run=True) == []
    assert told(cafe) == facts


def test_totals_of_stamps_are_proved():
    """G-67: a total that is not the sum is named."""
    cafe, _card = a_card()
    bought(cafe, "o-1", when="11-02 10:00", lines=coffees(3))
    scope = Scope(program_id=cafe.pk)
    sound = list(prove(scope))
    row = Stamp.objects.get()

    changed(row, total=9)

    (wrong,) = prove(scope)
    assert sound == []
    assert (wrong.name, wrong.row, wrong.found, wrong.expected) == (
        "stamps and totals",
        row.shown_id,
        "9",
        "3",
    )
