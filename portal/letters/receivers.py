"""What letters follow: none is kept of whoever is erased (S-58)."""

from collections.abc import Sequence

from loyalty.members.facts import MemberErased
from loyalty.outbox.receiving import reacts_later
from portal.letters.forgetting import forget_of


@reacts_later(MemberErased, name="portal.letters.forget")
def forget_letters_of_erased(facts: Sequence[MemberErased]) -> None:
    """Forget that they asked."""
    forget_of(member_ids={fact.member_id for fact in facts if fact.member_id})
