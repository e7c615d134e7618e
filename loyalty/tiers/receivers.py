"""Reactions of this room, at once where the tier has to fit (T-8, T-46), and later for gifts; and its proofs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import loyalty.tiers.proving
import loyalty.tiers.telling.exporting
import loyalty.tiers.telling.showing
from loyalty.foundation.ids import Id
from loyalty.ledger.facts import PointsAdjusted, PointsEarned, PointsFact, PointsReversed
from loyalty.members.facts import MemberErased, MemberMerged, MemberParted
from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later, reacts_now
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.tiers.counting import settle
from loyalty.tiers.facts import TierUpgraded
from loyalty.tiers.giving.gifts import give
from loyalty.tiers.giving.granting import empty_notes
from loyalty.tiers.giving.occasions import (
    give_on_birthdays,
    give_on_entry,
    is_birthday,
    was_reached,
)
from loyalty.tiers.merging import merge_tiers, part_tiers


@reacts_now((PointsEarned, PointsReversed, PointsAdjusted), name="tiers.settle")
def settle_at_once(facts: Sequence[PointsFact]) -> None:
    """Count the points marked for tiers, in their order; tiers follow before the transaction ends."""
    counting = (fact for fact in facts if fact.counts_for_tier)
    for (program_id, at), told in groupby(counting, key=lambda fact: (fact.program_id, fact.at)):
        settle(program_id=program_id, facts=list(told), at=at)


@reacts_now(MemberMerged, name="tiers.merge")
def merge_at_once(facts: Sequence[MemberMerged]) -> None:
    """The survivor has the tier of both together before the transaction ends (T-46)."""
    programs = Program.objects.in_bulk({fact.program_id for fact in facts})
    for fact in facts:
        assert fact.member_id is not None
        merge_tiers(
            program=programs[fact.program_id],
            gone_id=fact.member_id,
            survivor_id=fact.survivor_id,
            at=fact.at,
        )


@reacts_now(MemberParted, name="tiers.part")
def part_at_once(facts: Sequence[MemberParted]) -> None:
    """Each has the tier of their own days again before the transaction ends."""
    programs = Program.objects.in_bulk({fact.program_id for fact in facts})
    for fact in facts:
        assert fact.member_id is not None
        part_tiers(
            program=programs[fact.program_id],
            parted_id=fact.member_id,
            survivor_id=fact.survivor_id,
            at=fact.at,
        )


@reacts_now(MemberErased, name="tiers.erase")
def erase_at_once(facts: Sequence[MemberErased]) -> None:
    """What staff wrote about a person goes with the person (S-58)."""
    empty_notes(member_ids=[fact.member_id for fact in facts if fact.member_id is not None])


@reacts_later(TierUpgraded, name="tiers.entry_gifts", only=was_reached)
def give_points_on_entry(facts: Sequence[TierUpgraded]) -> None:
    """Who climbs gets the entry gift of the tier reached."""
    give_on_entry(facts, giving=give)


# By name: the room of events stands above this one.
@reacts_later("event.recorded", name="tiers.birthday_gifts", only=is_birthday)
def give_points_on_birthdays(facts: Sequence[Told]) -> None:
    """Whose birthday it is gets the gift of that day's tier."""
    give_on_birthdays(facts, giving=give)
