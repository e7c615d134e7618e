"""What this room does when others tell something."""

from collections.abc import Sequence

from gamification.criteria.facts import DeedsChanged
from gamification.prizes.facts import PrizeFact, PrizeGiven, PrizeReversed
from gamification.prizes.kinds import PrizeKind
from gamification.stamps.automatic.earning import follow
from gamification.stamps.following import follow_prizes, hand_over
from loyalty.members.facts import MemberMerged
from loyalty.outbox.receiving import reacts_later


@reacts_later(DeedsChanged, name="stamps.follow")
def stamp_cards(facts: Sequence[DeedsChanged]) -> None:
    """Deeds changed: the cards that look at them are stamped."""
    follow(facts)


def _is_stamps(fact: PrizeFact) -> bool:
    return fact.kind == PrizeKind.STAMPS


@reacts_later((PrizeGiven, PrizeReversed), name="stamps.prizes", only=_is_stamps)
def stamp_prizes(facts: Sequence[PrizeFact]) -> None:
    """Another game paid stamps, or took them back."""
    follow_prizes(facts)


@reacts_later(MemberMerged, name="stamps.merge")
def join_cards(facts: Sequence[MemberMerged]) -> None:
    """Two members became one: their stamps stand on one card."""
    for fact in facts:
        assert fact.member_id, "somebody was merged"
        hand_over(gone=fact.member_id, survivor=fact.survivor_id)
