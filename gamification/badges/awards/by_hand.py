"""By hand: people award, take back and suspend, always with a reason; rules leave such awards alone (G-44)."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from gamification.badges.awards.awarding import change, fields_of, slot_of
from gamification.badges.awards.numbering import new_award, number
from gamification.badges.facts import BadgeAwarded, BadgeReinstated, BadgeRevoked
from gamification.badges.families import Family, Tier
from gamification.badges.kinds import GAME, AwardState, Hand, Origin
from gamification.badges.models import Award, AwardChange
from gamification.badges.refusals import (
    BadgeAlreadyHeld,
    BadgeExhausted,
    BadgeNotYours,
    BadgeReasonRequired,
    SuspensionIsOver,
)
from gamification.criteria.life.catalogue import Live, live_definition
from gamification.prizes.giving import give, hold_members
from gamification.prizes.kinds import PrizeWish
from gamification.prizes.taking_back import give_again, take_back
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.tenants import Program

REASON_LENGTH_MAX: Final = 200
_KEPT: Final = ("state", "suspended_until", "is_barred", "origin", "earned_at")


@unit_of_work
def award_by_hand(
    *,
    program: Program,
    member_id: Id,
    badge: str,
    tier: str | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Award:
    """Give a member a tier of a badge; what was taken back stands again. Rules never take it back.

    Raises NotFound, BadgeReasonRequired, BadgeNotYours, BadgeAlreadyHeld, BadgeExhausted.
    """
    told = _reason(reason)
    live = live_definition(program, GAME, badge)
    family: Family = live.parsed
    found = family.tier_called(tier)
    if found is None:
        raise NotFound
    if family.by_hand == Hand.NOBODY or not live.is_live:
        raise BadgeNotYours
    return hand_over(
        program,
        live,
        found,
        member_id=member_id,
        reason=told,
        actor=actor,
        origin=Origin.HAND,
        at=at,
    )


@inside_unit_of_work
def hand_over(
    program: Program,
    live: Live,
    tier: Tier,
    *,
    member_id: Id,
    reason: str,
    actor: Actor,
    origin: Origin,
    at: datetime,
) -> Award:
    """Give this tier outside the rules. Raises BadgeAlreadyHeld, BadgeExhausted."""
    book = hold_members(program=program, member_ids={member_id}, at=at)
    row = Award.objects.filter(
        badge_id=live.definition_id, tier_rank=tier.rank, member_id=member_id, occasion=""
    ).first()
    if row is not None:
        if row.state == AwardState.ACTIVE:
            raise BadgeAlreadyHeld(badge=live.slug)
        step = change(row, AwardState.ACTIVE, reason, actor, at)
        row.is_barred, row.origin, row.earned_at = False, origin, at
        row.save(update_fields=_KEPT)
        step.save()
        give_again(program=program, slots=[slot_of(row)], at=at, actor=actor, book=book)
        announce([BadgeReinstated(**fields_of(row, at=at))])
        return row
    row = new_award(program, live, tier, member_id=member_id, earned_at=at, at=at)
    row.origin = origin
    if not number([(row, live, tier)]):
        raise BadgeExhausted(badge=live.slug)
    row.save(force_insert=True)
    AwardChange.objects.create(
        award=row, to_state=row.state, reason=reason, actor=actor.shown[:120], at=at
    )
    if tier.prize:
        wish = PrizeWish(
            game=GAME,
            definition_id=live.definition_id,
            version_id=live.version_id,
            occasion="",
            member_id=member_id,
            item=tier.slug,
            prize=tier.prize,
            earned_at=at,
        )
        give(program=program, wishes=[wish], at=at, actor=actor, book=book)
    announce([BadgeAwarded(**fields_of(row, at=at))])
    return row


@unit_of_work
def revoke_by_hand(
    *, program: Program, award_id: Id, reason: str, actor: Actor, at: datetime
) -> Award:
    """Take an award back; no rule brings it back. Told again it stays. Raises NotFound, BadgeReasonRequired."""
    told = _reason(reason)

    def move(row: Award) -> Fact | None:
        if row.state == AwardState.REVOKED:
            return None
        row.is_barred = True
        return BadgeRevoked(**fields_of(row, at=at), state=AwardState.REVOKED)

    row = _moved(program, award_id, AwardState.REVOKED, told, move=move, actor=actor, at=at)
    take_back(program=program, slots=[slot_of(row)], at=at, actor=actor)
    return row


@unit_of_work
def suspend(
    *, program: Program, award_id: Id, until: datetime, reason: str, actor: Actor, at: datetime
) -> Award:
    """Hold an award back until an instant. Raises NotFound, BadgeReasonRequired, SuspensionIsOver."""
    told = _reason(reason)
    if until <= at:
        raise SuspensionIsOver(until=until, pointer="/until")

    def move(row: Award) -> Fact | None:
        if row.state != AwardState.ACTIVE:
            return None
        return BadgeRevoked(**fields_of(row, at=at), state=AwardState.SUSPENDED)

    row = _moved(program, award_id, AwardState.SUSPENDED, told, move=move, actor=actor, at=at)
    if row.state == AwardState.SUSPENDED:
        row.suspended_until = until
        row.save(update_fields=["suspended_until"])
    return row


@unit_of_work
def let_stand(*, program: Program, award_id: Id, reason: str, actor: Actor, at: datetime) -> Award:
    """End a suspension before its time; told again nothing changes. Raises NotFound, BadgeReasonRequired."""
    told = _reason(reason)

    def move(row: Award) -> Fact | None:
        if row.state != AwardState.SUSPENDED:
            return None
        return BadgeReinstated(**fields_of(row, at=at))

    return _moved(program, award_id, AwardState.ACTIVE, told, move=move, actor=actor, at=at)


def _moved(
    program: Program,
    award_id: Id,
    to: AwardState,
    reason: str,
    *,
    move: Callable[[Award], Fact | None],
    actor: Actor,
    at: datetime,
) -> Award:
    found = Award.objects.filter(program=program, pk=award_id).first()
    if found is None:
        raise NotFound
    hold_members(program=program, member_ids={found.member_id}, at=at)
    found.refresh_from_db()
    fact = move(found)
    if fact is not None:
        step = change(found, to, reason, actor, at)
        found.save(update_fields=_KEPT)
        step.save()
        announce([fact])
    return found


def _reason(told: str) -> str:
    if not told.strip():
        raise BadgeReasonRequired(pointer="/reason")
    return told.strip()[:REASON_LENGTH_MAX]
