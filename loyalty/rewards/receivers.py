"""Reactions of this room: redemptions follow their vouchers at once; gifts of tiers later."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import loyalty.rewards.showing.exporting
import loyalty.rewards.showing.proving
import loyalty.rewards.showing.vouchers
from loyalty.foundation.ids import Id
from loyalty.members.facts import MemberErased, MemberMerged, MemberParted
from loyalty.outbox.facts import Told
from loyalty.outbox.receiving import reacts_later, reacts_now
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.rewards.afterwards.following import (
    follow_end,
    follow_extending,
    follow_reinstating,
    follow_use,
)
from loyalty.rewards.afterwards.merging import empty_notes, move_back, move_to_survivor
from loyalty.rewards.giving.tier_gifts import give_for_tiers
from loyalty.rewards.undoing.erasing import erase_holders
from loyalty.rewards.vouchers.facts import (
    GiftCardDrawn,
    VoucherExpired,
    VoucherExtended,
    VoucherFact,
    VoucherRedeemed,
    VoucherReinstated,
)
from loyalty.tiers.facts import TierUpgraded
from loyalty.tiers.giving.occasions import (
    give_on_birthdays,
    give_on_entry,
    is_birthday,
    was_reached,
)


@reacts_now((VoucherRedeemed, GiftCardDrawn), name="rewards.use")
def follow_use_at_once(facts: Sequence[VoucherFact]) -> None:
    """What was handed out is used: the redemption is fulfilled in the same transaction."""
    first = [fact for fact in facts if not isinstance(fact, GiftCardDrawn) or fact.is_first]
    for at, told in groupby(first, key=lambda fact: fact.at):
        follow_use(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherReinstated, name="rewards.reinstating")
def follow_reinstating_at_once(facts: Sequence[VoucherReinstated]) -> None:
    """A used voucher can be used again, and so can its redemption be cancelled again."""
    for at, told in groupby(facts, key=lambda fact: fact.at):
        follow_reinstating(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherExpired, name="rewards.ending")
def follow_end_at_once(facts: Sequence[VoucherExpired]) -> None:
    """The last voucher of a redemption has ended unused."""
    for at, told in groupby(facts, key=lambda fact: fact.at):
        follow_end(redemption_ids=_redemptions(told), at=at)


@reacts_now(VoucherExtended, name="rewards.extending")
def follow_extending_at_once(facts: Sequence[VoucherExtended]) -> None:
    """A voucher that had ended is good again."""
    for at, told in groupby((fact for fact in facts if fact.was_expired), key=lambda fact: fact.at):
        follow_extending(redemption_ids=_redemptions(told), at=at)


@reacts_now(MemberMerged, name="rewards.merge")
def merge_at_once(facts: Sequence[MemberMerged]) -> None:
    """What the merged membership got belongs to the survivor before the transaction ends."""
    for fact in facts:
        assert fact.member_id is not None
        move_to_survivor(gone_id=fact.member_id, survivor_id=fact.survivor_id)


@reacts_now(MemberParted, name="rewards.part")
def part_at_once(facts: Sequence[MemberParted]) -> None:
    """An undone merge gives back what came over by it."""
    for fact in facts:
        assert fact.member_id is not None
        move_back(gone_id=fact.member_id, survivor_id=fact.survivor_id)


@reacts_now(MemberErased, name="rewards.erase")
def erase_at_once(facts: Sequence[MemberErased]) -> None:
    """What staff wrote about a person goes with the person (S-58)."""
    empty_notes(member_ids=[fact.member_id for fact in facts if fact.member_id is not None])


@reacts_now(MemberErased, name="rewards.erase_vouchers")
def erase_vouchers_at_once(facts: Sequence[MemberErased]) -> None:
    """Unused vouchers of a person who is erased are cancelled; money on a card stays good (W-53)."""
    gone: dict[Id, list[MemberErased]] = {}
    for fact in facts:
        gone.setdefault(fact.program_id, []).append(fact)
    for program in Program.objects.filter(pk__in=gone).order_by("pk"):
        mine = gone[program.pk]
        member_ids = [fact.member_id for fact in mine if fact.member_id is not None]
        erase_holders(program=program, member_ids=member_ids, at=mine[0].at)


@reacts_later(TierUpgraded, name="rewards.entry_gifts", only=was_reached)
def give_rewards_on_entry(facts: Sequence[TierUpgraded]) -> None:
    """Who climbs gets the reward that the tier reached gives on entry."""
    give_on_entry(facts, giving=give_for_tiers)


# By name: the room of events stands above this one.
@reacts_later("event.recorded", name="rewards.birthday_gifts", only=is_birthday)
def give_rewards_on_birthdays(facts: Sequence[Told]) -> None:
    """Whose birthday it is gets the reward of that day's tier."""
    give_on_birthdays(facts, giving=give_for_tiers)


def _redemptions(facts: Iterable[VoucherFact]) -> set[Id]:
    return {fact.redemption_id for fact in facts if fact.redemption_id}
