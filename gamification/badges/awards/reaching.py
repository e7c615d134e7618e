"""Reaching: what the set query found becomes tiers and occasions, with the evidence for people (G-38, G-40)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from gamification.badges.families import Family, Tier
from gamification.badges.kinds import Repeat
from gamification.criteria.life.catalogue import Live
from gamification.criteria.measures.counting import Crossing
from loyalty.foundation.ids import Id, shown

Place: TypeAlias = tuple[int, Id, str]  # tier, member, occasion


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A tier that a member has reached, and with which deed."""

    tier: Tier
    occasion: str
    crossing: Crossing

    @property
    def at(self) -> datetime:
        return self.crossing.at


def reached_places(live: Live, found: Sequence[Crossing]) -> dict[Place, Reached]:
    """What was reached, by tier, member and occasion; the occasion follows from the value (G-38)."""
    family: Family = live.parsed
    by_target = {tier.target: tier for tier in family.tiers}
    reached: dict[Place, Reached] = {}
    for each in found:
        if family.is_every:
            tier = family.tiers[0]
            occasion = f"#{each.target // tier.target}"
        else:
            tier = by_target[each.target]
            occasion = each.key if family.repeat == Repeat.PER_PERIOD else ""
        place = (tier.rank, each.member_id, occasion)
        if place not in reached or each.at < reached[place].at:
            reached[place] = Reached(tier=tier, occasion=occasion, crossing=each)
    return reached


def evidence_of(reached: Reached) -> dict[str, Any]:
    """What people are shown of why (G-40); decisions count anew."""
    crossing = reached.crossing
    return {
        "value": crossing.value,
        "target": crossing.target,
        "deed": shown("ded", crossing.deed_id) if crossing.deed_id else None,
        "first": shown("ded", crossing.first_id) if crossing.first_id else None,
        "deeds": [shown("ded", each) for each in crossing.deeds],
    }
