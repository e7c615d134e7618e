"""The database refuses by itself what the rules refuse in words."""

import pytest

from gamification.challenges.models import Attempt, GoalShard, Team
from tests.world.challenges import CUPS, a_challenge, joined
from tests.world.clocked import bought
from tests.world.play import at, coffees
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


def test_attempts():
    """G-50."""
    cafe, challenge = a_challenge(activation="join")
    attempt = joined(cafe, challenge, when="11-02 09:00")
    with refused("one_attempt_an_occasion"):
        copied(attempt)
    with refused("attempt_ends_after_it_starts"):
        changed(attempt, starts_at=attempt.ends_at)
    with refused("completed_attempt_has_an_instant"):
        changed(attempt, state="completed")
    with refused("attempt_state_is_known"):
        changed(attempt, state="asleep")
    with refused("attempt_is_never_deleted"):
        Attempt.objects.filter(pk=attempt.pk)._raw_delete("default")


@pytest.mark.parametrize("before", ["completed", "expired", "abandoned"])
@pytest.mark.parametrize("after", ["active", "completed", "expired", "abandoned"])
def test_every_move(before, after):
    """G-50: from `active` anywhere; from `completed` back to `active`, or over; from the others nowhere."""
    cafe, challenge = a_challenge(activation="join")
    attempt = joined(cafe, challenge, when="11-02 09:00")
    instants = {"completed": at("11-03 09:00")}
    changed(attempt, state=before, completed_at=instants.get(before))
    move = {"state": after, "completed_at": instants.get(after)}

    if before == after or (before == "completed" and after in {"active", "expired"}):
        changed(attempt, **move)
    else:
        with refused("attempt_moves_as_allowed"):
            changed(attempt, **move)


def test_teams_and_shared_totals():
    """G-54."""
    steps, goal = [{"measure": CUPS, "at_least": 1}], {"target": 10, "pool": "team"}
    cafe, challenge = a_challenge(steps=steps, activation="join", goal=goal)
    joined(cafe, challenge, when="11-02 09:00")
    bought(cafe, "o-1", when="11-03 09:00", lines=coffees(4))
    with refused("team_code_is_its_own"):
        copied(Team.objects.get())
    with refused("goal_has_sixteen_shards"):
        changed(GoalShard.objects.get(), shard=16)
