"""Goodwill: a gift by hand, with a reason and a note, charged to the giver's budget; above the limits by two (W-72, W-73)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.budgets import draw_on_budget
from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import SecondPersonNeeded, proposable, propose
from loyalty.access.approvals.summing import counts_by_hand, given_by_hand
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.adjusting import POINTS_ALONE_MAX, refuse_own
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.refusals import ReasonUnknown
from loyalty.programs.models import PointCurrency, Program, ReasonCode
from loyalty.rewards.catalogue.offers import OnOffer, on_offer
from loyalty.rewards.giving.gifts import Gift, give
from loyalty.rewards.kinds import Origin, RedemptionState
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.wishes import Handed
from loyalty.rewards.refusals import OwnMember, RewardUnknown
from loyalty.tiers.refusals import ReasonMissing

DEED: Final = "rewards.give"
COST_ALONE_MAX: Final = 5_000  # minor units of programme currency that a gift costs the shop (S-26)


@dataclass(frozen=True, kw_only=True, slots=True)
class Goodwill:
    """What somebody gives by hand, and why."""

    member_id: Id
    reward: str
    reason: str
    note: str
    quantity: int = 1
    case: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of it: handed out, or a proposal that waits for a second person."""

    handed: Handed | None = None
    proposal: Proposal | None = None


@unit_of_work
def give_by_hand(
    *, program: Program, goodwill: Goodwill, key: Id, actor: Actor, at: datetime
) -> Outcome:
    """Give this reward for goodwill; the same key a second time changes nothing.

    The person's or key's budget of the day pays its worth. Above the limits it becomes a proposal, and nothing is given. Raises
    ReasonMissing, ReasonUnknown, RewardUnknown, OwnMember, BudgetExhausted, and what `redeem` raises.
    """
    _refuse_reason(program, goodwill)
    standing = _standing(program, goodwill)
    currencies = PointCurrency.objects.filter(program=program).values_list("pk", flat=True)
    lock_accounts(program=program, member_ids=[goodwill.member_id], currency_ids=list(currencies), at=at)  # fmt: skip
    if actor.kind is ActorKind.STAFF:
        _refuse_own(program, goodwill.member_id, actor)
        if _needs_a_second_person(goodwill, standing, actor=actor, at=at):
            return Outcome(proposal=_propose(program, goodwill, key=key, actor=actor, at=at))
    worth = _worth(goodwill, standing)
    if not _was_given(program, key):
        draw_on_budget(program=program, actor=actor, points=worth, at=at)
    return Outcome(handed=_give(program, goodwill, worth, key=key, actor=actor, at=at))


def _say(program: Program, argument: Mapping[str, Any]) -> str:
    return str(_("Give {quantity} pieces of {reward} to one member.")).format(
        quantity=argument["quantity"], reward=argument["reward"]
    )


@proposable(name=DEED, permission="rewards:give", say=_say)
@inside_unit_of_work
def give_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> Handed:
    """Do what was proposed, on today's state: two people stand for it, so no budget pays (docs/decisions/0162)."""
    goodwill = Goodwill(
        member_id=Id(argument["member"]),
        reward=argument["reward"],
        quantity=argument["quantity"],
        reason=proposal.reason,
        note=proposal.note,
        case=argument["case"],
    )
    _refuse_own(program, goodwill.member_id, actor)
    asked = Actor(kind=ActorKind.STAFF, id=proposal.proposed_by_id)
    key = Id(argument["key"])
    return _give(program, goodwill, 0, key=key, actor=asked, at=at)


def _give(
    program: Program, goodwill: Goodwill, worth: int, *, key: Id, actor: Actor, at: datetime
) -> Handed:
    gift = Gift(
        member_id=goodwill.member_id,
        reward=goodwill.reward,
        origin=Origin.GIFT,
        origin_key=shown("gft", key),
        quantity=goodwill.quantity,
        reason=goodwill.reason,
        note=goodwill.note,
        case=goodwill.case,
        worth=worth,
    )
    (handed,) = give(program=program, gifts=[gift], actor=actor, at=at)
    return handed


def _was_given(program: Program, key: Id) -> bool:
    mine = Redemption.objects.filter(program=program, origin=Origin.GIFT)
    return mine.filter(origin_key=shown("gft", key)).exists()


def _standing(program: Program, goodwill: Goodwill) -> OnOffer:
    found = on_offer(program=program, slugs=[goodwill.reward])
    if not found:
        raise RewardUnknown(pointer="/reward")
    return found[0]


def _worth(goodwill: Goodwill, standing: OnOffer) -> int:
    return standing.offer.worth * goodwill.quantity if standing.offer else 0


def _refuse_reason(program: Program, goodwill: Goodwill) -> None:
    if not goodwill.reason.strip():
        raise ReasonMissing(pointer="/reason")
    if not goodwill.note.strip():
        raise ReasonMissing(pointer="/note")
    if not ReasonCode.objects.filter(program=program, slug=goodwill.reason).exists():
        raise ReasonUnknown(pointer="/reason", reason=goodwill.reason)


def _refuse_own(program: Program, member_id: Id, actor: Actor) -> None:
    try:
        refuse_own(program, [member_id], actor)
    except SecondPersonNeeded as refusal:
        raise OwnMember from refusal


def _needs_a_second_person(
    goodwill: Goodwill, standing: OnOffer, *, actor: Actor, at: datetime
) -> bool:
    """Whether it is above the limits, with what this person gave this member by hand since yesterday (S-26)."""
    before = given_by_hand(member_ids=[goodwill.member_id], actor=actor, at=at)
    if _worth(goodwill, standing) + before > POINTS_ALONE_MAX:
        return True
    told = standing.offer.definition.get("unit_cost") if standing.offer else None
    return told is not None and told["amount"] * goodwill.quantity > COST_ALONE_MAX


@counts_by_hand
def worth_given_by_hand(
    *, member_ids: Collection[Id], actor: Actor, since: datetime
) -> Mapping[Id, int]:
    """What gifts of this person were worth; cancelled ones are not given."""
    given = Redemption.objects.filter(
        member__in=member_ids,
        origin=Origin.GIFT,
        actor_id=actor.id,
        redeemed_at__gt=since,
    ).exclude(state=RedemptionState.CANCELLED)
    return dict(given.values_list("member").annotate(sum=Sum("worth")))


def _propose(
    program: Program, goodwill: Goodwill, *, key: Id, actor: Actor, at: datetime
) -> Proposal:
    earlier = Proposal.objects.filter(
        program=program, deed=DEED, argument__key=str(key), proposed_by=actor.id
    ).first()
    return earlier or propose(
        program=program,
        deed=DEED,
        argument={
            "member": str(goodwill.member_id),
            "reward": goodwill.reward,
            "quantity": goodwill.quantity,
            "case": goodwill.case,
            "key": str(key),
        },
        reason=goodwill.reason,
        note=goodwill.note,
        actor=actor,
        at=at,
    )
