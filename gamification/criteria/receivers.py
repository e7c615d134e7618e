"""What the room does when others tell something: the one receiver that writes deeds (G-8)."""

from collections.abc import Sequence

from gamification.criteria.hearing import HEARD, hear
from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later


# By name: siblings are not seen, and what is told of one member stays in the order in which it happened.
@reacts_later(HEARD, name="criteria.intake")
def take_in(facts: Sequence[Told]) -> None:
    """Events, points, referrals and what came back of them become deeds and corrections."""
    hear(facts)
