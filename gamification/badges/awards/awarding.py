"""Awarding: what was decided is written: awards, their story, their prizes, and what is told of it (G-37 to G-43)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from gamification.badges.awards.numbering import new_award, number
from gamification.badges.awards.reaching import Reached, evidence_of
from gamification.badges.facts import (
    AwardFact,
    BadgeAwarded,
    BadgeBackfilled,
    BadgeReinstated,
    BadgeRevoked,
)
from gamification.badges.families import Tier
from gamification.badges.kinds import GAME, AwardState, Origin
from gamification.badges.models import Award, AwardChange
from gamification.criteria.life.catalogue import Live
from gamification.prizes.giving import give
from gamification.prizes.kinds import PLAY, GrantSlot, PrizeWish
from gamification.prizes.taking_back import give_again, take_back
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.outbox.announcing import announce
from loyalty.outbox.facts import Fact
from loyalty.programs.tenants import Program

REVOKED_WHY: Final = "not_reached_any_more"


@dataclass(kw_only=True, slots=True)
class Decision:
    """What is to be done about one badge: new awards, those that stand again, those that moved, those that are gone."""

    live: Live
    fresh: list[Reached] = field(default_factory=list)
    again: list[tuple[Award, Reached]] = field(default_factory=list)
    moved: list[tuple[Award, Reached]] = field(default_factory=list)
    gone: list[Award] = field(default_factory=list)


@inside_unit_of_work
def write(
    *,
    program: Program,
    decisions: Sequence[Decision],
    book: Book,
    is_silent: bool,
    at: datetime,
    actor: Actor = PLAY,
) -> list[Award]:
    """Write these decisions; answers the awards that are new. A constant number of statements; the members are held."""
    fresh = _made(program, decisions, at=at)
    gone = [award for decision in decisions for award in decision.gone]
    again = [pair for decision in decisions for pair in decision.again]
    moved = [pair for decision in decisions for pair in decision.moved]
    changes = [_change(award, AwardState.REVOKED, REVOKED_WHY, actor, at) for award in gone]
    changes += [_change(award, AwardState.ACTIVE, "", actor, at) for award, _reached in again]
    for award, reached in [*again, *moved]:
        award.earned_at, award.evidence = reached.at, evidence_of(reached)
    Award.objects.bulk_create(award for award, _live, _tier in fresh)
    Award.objects.bulk_update(
        sorted([*gone, *(a for a, _r in again), *(a for a, _r in moved)], key=lambda a: a.pk),
        ["state", "earned_at", "evidence", "suspended_until"],
    )
    changes += [_first(award, actor, at) for award, _live, _tier in fresh]
    AwardChange.objects.bulk_create(changes)
    _pay(program, fresh, gone, [award for award, _reached in again], book=book, actor=actor, at=at)
    announce(
        [
            *_told_of(fresh, is_silent=is_silent, at=at),
            *(BadgeRevoked(**fields_of(a, at=at), state=str(a.state)) for a in gone),
            *(BadgeReinstated(**fields_of(a, at=at)) for a, _reached in again),
        ]
    )
    return [award for award, _live, _tier in fresh]


def fields_of(award: Award, *, at: datetime) -> dict[str, Any]:
    """What every fact about an award says."""
    return {
        "program_id": award.program_id,
        "member_id": award.member_id,
        "at": at,
        "award_id": award.pk,
        "badge_id": award.badge_id,
        "version_id": award.version_id,
        "tier": award.tier,
        "tier_rank": award.tier_rank,
        "occasion": award.occasion,
    }


def slot_of(award: Award) -> GrantSlot:
    """The grant that this award may have brought."""
    return GrantSlot(
        definition_id=award.badge_id,
        occasion=award.occasion,
        member_id=award.member_id,
        item=award.tier,
    )


def _made(
    program: Program, decisions: Sequence[Decision], *, at: datetime
) -> list[tuple[Award, Live, Tier]]:
    drafted = []
    for decision in decisions:
        for reached in decision.fresh:
            award = new_award(
                program,
                decision.live,
                reached.tier,
                member_id=reached.crossing.member_id,
                earned_at=reached.at,
                at=at,
            )
            award.occasion, award.origin = reached.occasion, Origin.RULE
            award.evidence = evidence_of(reached)
            drafted.append((award, decision.live, reached.tier))
    return number(drafted)


def _pay(
    program: Program,
    fresh: Sequence[tuple[Award, Live, Tier]],
    gone: Sequence[Award],
    again: Sequence[Award],
    *,
    book: Book,
    actor: Actor,
    at: datetime,
) -> None:
    """Prizes go only with awards that are really new; taken back and given again with theirs (G-35, G-39)."""
    wishes = [
        PrizeWish(
            game=GAME,
            definition_id=award.badge_id,
            version_id=award.version_id,
            occasion=award.occasion,
            member_id=award.member_id,
            item=award.tier,
            prize=tier.prize,
            earned_at=award.earned_at,
        )
        for award, _live, tier in fresh
        if tier.prize
    ]
    give(program=program, wishes=wishes, at=at, actor=actor, book=book)
    back = [slot_of(award) for award in gone]
    take_back(program=program, slots=back, at=at, actor=actor, book=book)
    once_more = [slot_of(award) for award in again]
    give_again(program=program, slots=once_more, at=at, actor=actor, book=book)


def _change(award: Award, to: AwardState, why: str, actor: Actor, at: datetime) -> AwardChange:
    """Move the award in memory; the row says from where, to where and why."""
    row = AwardChange(
        award=award,
        from_state=award.state,
        to_state=to,
        reason=why[:200],
        actor=actor.shown[:120],
        at=at,
    )
    award.state, award.suspended_until = to, None
    return row


change = _change


def _first(award: Award, actor: Actor, at: datetime) -> AwardChange:
    return AwardChange(award=award, to_state=award.state, actor=actor.shown[:120], at=at)


def _told_of(
    fresh: Sequence[tuple[Award, Live, Tier]], *, is_silent: bool, at: datetime
) -> list[Fact]:
    """Of several tiers of a family at once the highest alone is told aloud (G-37)."""
    highest: dict[tuple[Id, Id, str], int] = {}
    for award, _live, _tier in fresh:
        key = (award.badge_id, award.member_id, award.occasion)
        highest[key] = max(award.tier_rank, highest.get(key, 0))
    told: list[Fact] = []
    for award, _live, _tier in fresh:
        is_highest = highest[award.badge_id, award.member_id, award.occasion] == award.tier_rank
        kind: type[AwardFact] = BadgeAwarded if is_highest and not is_silent else BadgeBackfilled
        told.append(kind(**fields_of(award, at=at)))
    return told
