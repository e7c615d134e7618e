"""Reactions of this room, at once and in the same transaction: the tier fits the points (T-8)."""

from collections.abc import Sequence
from itertools import groupby

from loyalty.ledger.facts import PointsAdjusted, PointsEarned, PointsFact, PointsReversed
from loyalty.outbox.receiving import reacts_now
from loyalty.tiers.counting import settle


@reacts_now((PointsEarned, PointsReversed, PointsAdjusted), name="tiers.settle")
def settle_at_once(facts: Sequence[PointsFact]) -> None:
    """Count the points marked for tiers, in their order; tiers follow before the transaction ends."""
    counting = (fact for fact in facts if fact.counts_for_tier)
    for (program_id, at), told in groupby(counting, key=lambda fact: (fact.program_id, fact.at)):
        settle(program_id=program_id, facts=list(told), at=at)
