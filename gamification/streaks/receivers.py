"""What this room does when others tell something."""

from collections.abc import Sequence

from gamification.criteria.facts import DeedsChanged
from gamification.streaks.keeping import rebuilding
from gamification.streaks.keeping.following import follow, follow_zones
from gamification.streaks.leaving import forget
from loyalty.members.facts import MemberErased, MemberZoneChanged
from loyalty.outbox.receiving import reacts_later


@reacts_later(DeedsChanged, name="streaks.walk")
def walk_streaks(facts: Sequence[DeedsChanged]) -> None:
    """Deeds changed: the streaks that look at them are walked."""
    follow(facts)


@reacts_later(MemberZoneChanged, name="streaks.follow_zones")
def move_clocks(facts: Sequence[MemberZoneChanged]) -> None:
    """Members moved to other zones: their periods end elsewhere."""
    follow_zones(facts)


@reacts_later(MemberErased, name="streaks.forget")
def forget_members(facts: Sequence[MemberErased]) -> None:
    """Whoever left leaves no pause behind."""
    forget(member_ids={fact.member_id for fact in facts if fact.member_id})
