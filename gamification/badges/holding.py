"""Holding: badges as a measure of other definitions, and as what others pay (G-20)."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime

from gamification.badges.awards.by_hand import hand_over
from gamification.badges.families import Family
from gamification.badges.kinds import GAME, AwardState, Origin
from gamification.badges.models import Award
from gamification.badges.refusals import BadgeAlreadyHeld, BadgeExhausted
from gamification.criteria.life.catalogue import live_definition
from gamification.criteria.measures import shapes
from gamification.criteria.measures.counting import Crossing
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.states import StateMeasure, register_measure
from gamification.prizes.kinds import PrizeKind
from gamification.prizes.models import PrizeGrant
from gamification.prizes.paying import register_kind
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.programs.tenants import Program

_FACTS = frozenset({"badge.awarded", "badge.backfilled", "badge.revoked", "badge.reinstated"})


def read_held(
    *,
    program: Program,
    spec: Spec,
    zone: str,
    member_ids: Collection[Id],
    targets: Sequence[int],
    at: datetime,
) -> list[Crossing]:
    """Since when members hold a badge, or a tier of it; one statement."""
    rows = Award.objects.filter(
        program=program,
        badge__game=GAME,
        badge__slug=spec.told["badge"],
        member_id__in=member_ids,
        state=AwardState.ACTIVE,
    )
    if "tier" in spec.told:
        rows = rows.filter(tier=spec.told["tier"])
    since: dict[Id, datetime] = {}
    for member_id, earned_at in rows.values_list("member_id", "earned_at"):
        since[member_id] = min(earned_at, since.get(member_id, earned_at))
    return [
        Crossing(member_id=member_id, key="", target=1, at=earned_at, value=1)
        for member_id, earned_at in since.items()
    ]


def hand_out(program: Program, grants: Sequence[PrizeGrant], actor: Actor, at: datetime) -> None:
    """Badges that another game pays. Who has it already keeps it; what is not live is not given."""
    for grant in grants:
        with suppress(NotFound, BadgeAlreadyHeld, BadgeExhausted):
            live = live_definition(program, GAME, grant.prize["badge"])
            family: Family = live.parsed
            tier = family.tier_called(grant.prize.get("tier"))
            if tier is not None:
                hand_over(
                    program,
                    live,
                    tier,
                    member_id=grant.member_id,
                    reason=grant.shown_id,
                    actor=actor,
                    origin=Origin.PRIZE,
                    at=at,
                )


register_measure(StateMeasure(kind=shapes.BADGE, read=read_held, facts=_FACTS))
register_kind(PrizeKind.BADGE, hand_out)
