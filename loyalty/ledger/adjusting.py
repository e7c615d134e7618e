"""Adjusting: points corrected by hand, with a reason and a note; above a limit by two people (L-50, S-24 to S-28)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Sum
from django.db.models.functions import Abs
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.budgets import draw_on_budget
from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import SecondPersonNeeded, proposable, propose
from loyalty.access.approvals.summing import counts_by_hand, given_by_hand
from loyalty.access.models import User
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id, shown
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement, Posted
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.models import Entry
from loyalty.ledger.posting import post
from loyalty.ledger.refusals import ReasonUnknown
from loyalty.members.contacts import email_digest
from loyalty.members.models import MemberProfile
from loyalty.programs.expiry import ends_at
from loyalty.programs.models import PointCurrency, Program, ReasonCode

POINTS_ALONE_MAX: Final = 5_000  # per person and member in 24 hours (S-26)
POINTS_IN_BULK_MAX: Final = 50_000
MEMBERS_IN_BULK_MAX: Final = 100
DEED: Final = "ledger.adjust"
BY_HAND: Final = (EntryKind.ADJUST_CREDIT, EntryKind.ADJUST_DEBIT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """Points to add or, negative, to take; why, and in which currency. `allow_debt` always asks a second person."""

    points: int
    reason: str
    note: str
    currency_id: Id
    allow_debt: bool = False
    counts_for_tier: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjusted:
    """What became of it: entries, or a proposal that waits for a second person."""

    posted: Sequence[Posted] = ()
    proposal: Proposal | None = None


@unit_of_work
def adjust(
    *,
    program: Program,
    member_ids: Sequence[Id],
    adjustment: Adjustment,
    key: Id,
    actor: Actor,
    at: datetime,
) -> Adjusted:
    """Correct these members' points, all or none; the same key a second time changes nothing.

    What a person adds is charged to their budget of the day (S-25). Above the limits, or if it may leave a debt, a member of staff's adjustment becomes a proposal and moves nothing.
    Raises ReasonUnknown, InsufficientPoints, BudgetExhausted, SecondPersonNeeded (for one's own points).
    """
    _refuse_reason(program, adjustment.reason)
    lock_accounts(
        program=program,
        member_ids=member_ids,
        currency_ids=[adjustment.currency_id],
        at=at,
    )
    if actor.kind is ActorKind.STAFF:
        refuse_own(program, member_ids, actor)
        if _needs_a_second_person(member_ids, adjustment, actor=actor, at=at):
            return Adjusted(
                proposal=_propose(program, member_ids, adjustment, key=key, actor=actor, at=at)
            )
    elif adjustment.allow_debt:
        raise SecondPersonNeeded
    posted = _post(program, member_ids, adjustment, key=key, actor=actor, at=at)
    added = sum(max(0, each.points) for each in posted if not each.repeated)
    draw_on_budget(program=program, actor=actor, points=added, at=at)
    return Adjusted(posted=posted)


def _say(program: Program, argument: Mapping[str, Any]) -> str:
    return str(_("Adjust {members} members by {points} points each.")).format(
        members=len(argument["members"]), points=argument["points"]
    )


@proposable(name=DEED, permission="ledger:adjust", say=_say)
@inside_unit_of_work
def adjust_as_approved(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> list[Posted]:
    """Do what was proposed, on today's state: both names stand on the entries."""
    member_ids = [Id(each) for each in argument["members"]]
    refuse_own(program, member_ids, actor)
    adjustment = Adjustment(
        points=argument["points"],
        reason=proposal.reason,
        note=proposal.note,
        currency_id=Id(argument["currency"]),
        allow_debt=argument["allow_debt"],
        counts_for_tier=argument["counts_for_tier"],
    )
    asked = Actor(kind=ActorKind.STAFF, id=proposal.proposed_by_id)
    return _post(
        program,
        member_ids,
        adjustment,
        key=Id(argument["key"]),
        actor=asked,
        at=at,
        approved_by_id=actor.id,
    )


def _post(
    program: Program,
    member_ids: Sequence[Id],
    adjustment: Adjustment,
    *,
    key: Id,
    actor: Actor,
    at: datetime,
    approved_by_id: Id | None = None,
) -> list[Posted]:
    points = adjustment.points
    terms = None
    if points > 0:
        currency = PointCurrency.objects.get(pk=adjustment.currency_id, program=program)
        policy = currency.expiry
        terms = LotTerms(
            expires_at=ends_at(policy, at, program.zone), policy=policy, origin="adjustment"
        )
    return post(
        program=program,
        movements=[
            Movement(
                member_id=member_id,
                currency_id=adjustment.currency_id,
                kind=EntryKind.ADJUST_CREDIT if points > 0 else EntryKind.ADJUST_DEBIT,
                points=points,
                source_key=shown("adj", key),
                occurred_at=at,
                reason=adjustment.reason,
                note=adjustment.note,
                group_id=key if len(member_ids) > 1 else None,
                counts_for_tier=adjustment.counts_for_tier,
                may_owe=adjustment.allow_debt,
                terms=terms,
            )
            for member_id in member_ids
        ],
        actor=actor,
        at=at,
        approved_by_id=approved_by_id,
    )


def _propose(
    program: Program,
    member_ids: Sequence[Id],
    adjustment: Adjustment,
    *,
    key: Id,
    actor: Actor,
    at: datetime,
) -> Proposal:
    earlier = Proposal.objects.filter(
        program=program, deed=DEED, argument__key=str(key), proposed_by=actor.id
    ).first()
    return earlier or propose(
        program=program,
        deed=DEED,
        argument={
            "members": [str(member_id) for member_id in member_ids],
            "points": adjustment.points,
            "currency": str(adjustment.currency_id),
            "allow_debt": adjustment.allow_debt,
            "counts_for_tier": adjustment.counts_for_tier,
            "key": str(key),
        },
        reason=adjustment.reason,
        note=adjustment.note,
        actor=actor,
        at=at,
    )


def _needs_a_second_person(
    member_ids: Sequence[Id], adjustment: Adjustment, *, actor: Actor, at: datetime
) -> bool:
    points = abs(adjustment.points)
    if adjustment.allow_debt or len(member_ids) > MEMBERS_IN_BULK_MAX:
        return True
    if len(member_ids) > 1 and points * len(member_ids) > POINTS_IN_BULK_MAX:
        return True
    return points + given_by_hand(member_ids=member_ids, actor=actor, at=at) > POINTS_ALONE_MAX


@counts_by_hand
def adjusted_by_hand(
    *, member_ids: Collection[Id], actor: Actor, since: datetime
) -> Mapping[Id, int]:
    """Points that this person corrected alone, of either sign."""
    by_hand = Entry.objects.filter(
        account__member__in=member_ids,
        kind__in=BY_HAND,
        actor_kind=ActorKind.STAFF,
        actor_id=actor.id,
        approved_by_id__isnull=True,
        posted_at__gt=since,
    )
    return dict(by_hand.values_list("account__member").annotate(sum=Sum(Abs("points"))))


def _refuse_reason(program: Program, reason: str) -> None:
    if not ReasonCode.objects.filter(program=program, slug=reason).exists():
        raise ReasonUnknown(pointer="/reason", reason=reason)


def refuse_own(program: Program, member_ids: Sequence[Id], actor: Actor) -> None:
    """Nobody adjusts, or approves for, the member that they are themselves (S-28)."""
    assert actor.id is not None, "staff have an id"
    email = User.objects.filter(pk=actor.id).values_list("email", flat=True).first()
    if not email:
        return
    digest = email_digest(program_id=program.pk, email=email)
    if MemberProfile.objects.filter(
        program=program, email_digest=digest, member__in=member_ids
    ).exists():
        raise SecondPersonNeeded
