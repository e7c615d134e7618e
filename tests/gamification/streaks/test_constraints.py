"""The database refuses by itself what the rules refuse in words."""

import pytest
from django.db import connection

from gamification.streaks.models import (
    FreezeItem,
    Repair,
    StreakDay,
    StreakPause,
    StreakState,
    ZoneChange,
)
from tests.world.clocked import bought
from tests.world.play import at, member_of
from tests.world.streaks import a_streak, settled_until
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def walked():
    cafe, _daily = a_streak(freezes={"start": 1, "max": 1})
    bought(cafe, "o-2", when="11-02 12:00")
    settled_until(cafe, "11-03 22:00")
    return cafe


def of_ada(cafe, daily):
    return {"streak_id": daily, "member_id": member_of(cafe).pk, "actor": "staff:test"}


def test_days(walked):
    """G-57."""
    day = StreakDay.objects.get()
    with refused("streak_period_is_kept_once"):
        copied(day)
    with refused("streak_day_counts_something"):
        changed(day, early_value=5)
    with refused("streak_day_does_not_end_early"):
        changed(day, ends_at=at("11-01 06:00"))


def test_freezes(walked):
    """G-60."""
    item = FreezeItem.objects.get()
    with refused("freeze_happens_once"):
        copied(item)
    with refused("freeze_counts_something"):
        copied(item, occasion="other", quantity=0)
    with refused("freeze_kind_is_known"):
        copied(item, occasion="other", kind="dreamt")
    with refused("freezes_are_only_added"):
        changed(item, quantity=2)
    with refused("freezes_are_only_added"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM gamification_freezeitem")


def test_pauses(walked):
    """G-61."""
    daily = StreakState.objects.get().streak_id
    pause = StreakPause.objects.create(
        first="2026-12-01",
        last="2026-12-05",
        declared_at=at("11-05 06:00"),
        **of_ada(walked, daily),
    )
    with refused("pauses_do_not_overlap"):
        copied(pause, first="2026-12-05", last="2026-12-09")
    with refused("pause_does_not_end_early"):
        changed(pause, last="2026-11-30")


def test_repairs(walked):
    """G-63."""
    daily = StreakState.objects.get().streak_id
    repair = Repair.objects.create(
        period_key="2026-11-04", reason="Why not.", at=at("11-05 06:00"), **of_ada(walked, daily)
    )
    with refused("period_is_repaired_once"):
        copied(repair)
    with refused("repair_has_a_reason"):
        copied(repair, period_key="2026-11-05", reason="")
    with refused("repairs_are_only_added"):
        changed(repair, reason="Another.")


def test_zones(walked):
    """G-56."""
    move = ZoneChange.objects.create(
        member=member_of(walked), was="", zone="Asia/Tokyo", asked_at=at("11-05 06:00")
    )
    with refused("zone_is_asked_once_at_a_time"):
        copied(move)
    with refused("zone_changes_are_only_added"):
        changed(move, zone="Asia/Seoul")


def test_states(walked):
    """G-64."""
    state = StreakState.objects.get()
    with refused("streak_state_is_kept_once"):
        copied(state)
    with refused("streak_is_no_longer_than_its_longest"):
        changed(state, longest=0)
