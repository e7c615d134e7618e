"""Reactions of this room, at once but for faults: what the ledger opens and takes away decides what else opens and counts (E-55)."""

from collections.abc import Sequence
from itertools import groupby

from loyalty.earning.facts import RuleFailed
from loyalty.earning.faults.noting import note_faults
from loyalty.earning.undoing.cancelling import count_as_claimed
from loyalty.earning.unlocking.opening import open_for_merged, open_for_safe_orders
from loyalty.foundation.actors import Actor, job
from loyalty.ledger.facts import PointsActivated, PointsExpired
from loyalty.ledger.kinds import EntryKind
from loyalty.members.facts import MemberMerged
from loyalty.outbox.receiving import reacts_later, reacts_now
from loyalty.programs.models import Program

UNLOCKER: Actor = job("unlocking")


@reacts_now(PointsActivated, name="earning.open_for_safe_orders")
def follow_what_opened(facts: Sequence[PointsActivated]) -> None:
    """The points of an order are safe: what waited for that opens with them, or gets its date."""
    for (program_id, at), told in groupby(facts, key=lambda fact: (fact.program_id, fact.at)):
        program = Program.objects.get(pk=program_id)
        open_for_safe_orders(program=program, facts=list(told), actor=UNLOCKER, at=at)


@reacts_now(MemberMerged, name="earning.open_for_merged")
def follow_a_merge(facts: Sequence[MemberMerged]) -> None:
    """The orders of both are the survivor's: one that is safe opens what either of them waited for."""
    for (program_id, at), told in groupby(facts, key=lambda fact: (fact.program_id, fact.at)):
        program = Program.objects.get(pk=program_id)
        member_ids = {fact.survivor_id for fact in told}
        open_for_merged(program=program, member_ids=member_ids, actor=UNLOCKER, at=at)


@reacts_now(PointsExpired, name="earning.count_as_claimed")
def follow_what_was_cancelled(facts: Sequence[PointsExpired]) -> None:
    """Points that were cancelled before they opened are no longer earned."""
    cancelled = [fact for fact in facts if fact.kind == EntryKind.FORFEIT.value]
    for (program_id, at), told in groupby(cancelled, key=lambda fact: (fact.program_id, fact.at)):
        program = Program.objects.get(pk=program_id)
        count_as_claimed(program=program, entry_ids=[fact.entry_id for fact in told], at=at)


@reacts_later(RuleFailed, name="earning.note_faults")
def tell_staff(facts: Sequence[RuleFailed]) -> None:
    """A rule could not be worked out: staff see it in a list."""
    note_faults(facts)
