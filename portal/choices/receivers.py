"""What choices follow: whoever is erased leaves none behind (S-58)."""

from collections.abc import Sequence

from loyalty.members.facts import MemberErased
from loyalty.outbox.receiving import reacts_later
from portal.choices.choosing import forget


@reacts_later(MemberErased, name="portal.choices.forget")
def forget_of_erased(facts: Sequence[MemberErased]) -> None:
    """Forget how they read."""
    forget(member_ids={fact.member_id for fact in facts if fact.member_id})
