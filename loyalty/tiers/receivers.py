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
from loyalty.tiers.giving.gifts import Occasion, give
from loyalty.tiers.giving.granting import empty_notes
from loyalty.tiers.kinds import Cause, GiftKind
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


@reacts_later(TierUpgraded, name="tiers.entry_gifts", only=lambda fact: fact.cause == Cause.REACHED)
def give_on_entry(facts: Sequence[TierUpgraded]) -> None:
    """Who climbs gets the entry gift of the tier reached."""
    _give(
        (
            fact.program_id,
            Occasion(member_id=fact.member_id, gift=GiftKind.ENTRY, at=fact.at, slug=fact.to_tier),
        )
        for fact in facts
        if fact.member_id is not None
    )


# By name: the room of events stands above this one.
@reacts_later(
    "event.recorded",
    name="tiers.birthday_gifts",
    only=lambda told: told.body.get("type") == "member.birthday" and not told.body.get("imported"),
)
def give_on_birthdays(facts: Sequence[Told]) -> None:
    """Whose birthday it is gets the gift of that day's tier."""
    _give(
        (
            told.program_id,
            Occasion(
                member_id=told.member_id,
                gift=GiftKind.BIRTHDAY,
                at=datetime.fromisoformat(str(told.body["occurred_at"])),
            ),
        )
        for told in facts
        if told.member_id is not None
    )


def _give(occasions: Iterable[tuple[Id, Occasion]]) -> None:
    by_program: dict[Id, list[Occasion]] = {}
    for program_id, occasion in occasions:
        by_program.setdefault(program_id, []).append(occasion)
    for program in Program.objects.filter(pk__in=by_program).order_by("pk"):
        give(program=program, occasions=by_program[program.pk], at=now_of(program))
