"""What this room does when others tell something."""

from collections.abc import Sequence

from gamification.criteria.facts import DeedsChanged
from gamification.prizes.facts import PrizeFact, PrizeGiven, PrizeReversed
from gamification.prizes.kinds import PrizeKind
from gamification.stamps.automatic.earning import follow
from gamification.stamps.following import follow_prizes
from gamification.stamps.telling import proving
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
