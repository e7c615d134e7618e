"""What the room does when others tell something."""

from collections.abc import Sequence

from gamification.challenges.attempts.following import HEARD, follow
from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later


# By name: streaks are a game beside this one, and what is told of one member stays in order.
@reacts_later(HEARD, name="challenges.follow")
def move_on(facts: Sequence[Told]) -> None:
    """Deeds, streaks and members change: challenges that look at them are looked at anew."""
    follow(facts)
