"""What badges do when something changed."""

from collections.abc import Sequence
from typing import Final

from gamification.badges.awards.hearing import hear
from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later

HEARD: Final = (
    "deeds.changed",
    "tier.upgraded",
    "tier.downgraded",
    "member.enrolled",
    "member.segment_entered",
    "member.segment_left",
    "badge.awarded",
    "badge.backfilled",
    "badge.revoked",
    "badge.reinstated",
    "challenge.completed",
    "challenge.backfilled",
    "challenge.reopened",
    "level.reached",
    "level.backfilled",
    "streak.extended",
    "streak.lost",
    "streak.repaired",
)


# By name: other games are not seen, and what is told of one member stays in order.
@reacts_later(HEARD, name="badges.award")
def look_for_badges(facts: Sequence[Told]) -> None:
    """Whoever did something, or stands otherwise, may have reached a badge, or lost one."""
    hear(facts)
