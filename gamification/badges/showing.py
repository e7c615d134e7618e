"""Showing: badges as everybody sees them, what a member holds, and why or why not (G-45, G-102)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gamification.badges.families import Family, Tier
from gamification.badges.kinds import GAME, HIDDEN_UNDER, AwardState
from gamification.badges.models import Award, BadgeRarity
from gamification.criteria.explaining import explain, verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.life.catalogue import Live, book_of, live_definition, versions_called
from gamification.criteria.measures.counting import Who
from gamification.criteria.measures.specs import Spec
from gamification.criteria.measures.together import values_by_measure
from gamification.criteria.switches import switched_off
from gamification.prizes.models import PrizeStock
from loyalty.foundation.ids import Id
from loyalty.members.persons import standings_of
from loyalty.programs.tenants import Program
from loyalty.programs.texts import in_words

Json = dict[str, Any]
PER_MILLE: Final = 1_000


def show_badges(*, program: Program) -> list[Json]:
    """Every live badge that is no secret, with its tiers; three statements."""
    badges = [live for live in book_of(program).of(GAME) if not live.parsed.is_secret]
    return _shown(badges)


def show_member_badges(*, program: Program, member_id: Id, at: datetime) -> list[Json]:
    """What a member holds, held, and how far they are; a secret badge only once it is held."""
    awards: dict[Id, list[Award]] = {}
    for row in Award.objects.filter(program=program, member_id=member_id).order_by(
        "earned_at", "pk"
    ):
        awards.setdefault(row.badge_id, []).append(row)
    live = {each.definition_id: each for each in book_of(program).of(GAME)}
    gone = {row.version_id for rows in awards.values() for row in rows if row.badge_id not in live}
    past = {each.definition_id: each for each in versions_called(program, gone).values()}
    badges = [each for each in (live | past).values() if _is_seen(each, awards)]
    told = _shown(badges)
    progress = _progress([each for each in badges if each.definition_id in live], member_id)
    for badge, each in zip(badges, told, strict=True):
        mine = awards.get(badge.definition_id, [])
        each["awards"] = [show_award(row, badge) for row in mine]
        each["progress"] = progress.get(badge.definition_id)
    return told


def explain_badge(*, program: Program, badge: str, member_id: Id, at: datetime) -> Json:
    """Why a member has, or has not, which tier of a badge. Raises NotFound."""
    live = live_definition(program, GAME, badge)
    family: Family = live.parsed
    told = explain(
        program=program,
        condition=family.condition,
        zone=live.zone,
        who=Who(member_id=member_id),
        targets=family.targets,
        at=at,
        every=family.is_every,
    )
    held = Award.objects.filter(badge_id=live.definition_id, member_id=member_id)
    reason = _reason(program, live, member_id, is_reached=bool(told["reached"]))
    return {
        "badge": live.slug,
        "version": live.number,
        **verdict(reason),
        **told,
        "awards": [show_award(row, live) for row in held.order_by("earned_at", "pk")],
    }


def show_award(row: Award, live: Live) -> Json:
    """An award as it stands."""
    family: Family = live.parsed
    tier = family.tier_called(row.tier)
    return {
        "id": row.shown_id,
        "tier": row.tier,
        "name": in_words(tier.name) if tier else row.tier,
        "occasion": row.occasion,
        "state": row.state,
        "origin": row.origin,
        "earned_at": row.earned_at,
        "awarded_at": row.awarded_at,
        "valid_until": row.valid_until,
        "edition_no": row.edition_no,
        "evidence": row.evidence,
    }


def _is_seen(badge: Live, awards: Mapping[Id, Sequence[Award]]) -> bool:
    held = awards.get(badge.definition_id, [])
    return not badge.parsed.is_secret or any(row.state == AwardState.ACTIVE for row in held)


def _shown(badges: Sequence[Live]) -> list[Json]:
    ids = [live.definition_id for live in badges]
    rarity = {
        (row.badge_id, row.tier_rank): row for row in BadgeRarity.objects.filter(badge_id__in=ids)
    }
    stocks = {
        (row.definition_id, row.item): row
        for row in PrizeStock.objects.filter(definition_id__in=ids)
    }
    return [
        {
            "id": live.shown_id,
            "slug": live.slug,
            "name": live.name,
            "state": live.state,
            "version": live.number,
            "repeat": live.parsed.repeat,
            "tiers": [
                _tier(
                    tier,
                    rarity.get((live.definition_id, tier.rank)),
                    stocks.get((live.definition_id, f"edition:{tier.rank}")),
                )
                for tier in live.parsed.tiers
            ],
        }
        for live in badges
    ]


def _tier(tier: Tier, rarity: BadgeRarity | None, stock: PrizeStock | None) -> Json:
    is_told = rarity is not None and rarity.holders >= HIDDEN_UNDER and rarity.active
    return {
        "slug": tier.slug,
        "name": in_words(tier.name) or tier.slug,
        "description": in_words(tier.description),
        "image": in_words(tier.image),
        "target": tier.target,
        "edition": tier.edition,
        "left": (tier.edition - (stock.issued if stock else 0)) if tier.edition else None,
        "per_mille": rarity.holders * PER_MILLE // rarity.active if is_told and rarity else None,
    }


def _progress(badges: Sequence[Live], member_id: Id) -> dict[Id, Json]:
    """How far a member is on the way to each next tier, in the present period if there are any; one statement."""
    measured = [(badge, spec) for badge in badges if (spec := _measure(badge.parsed)) is not None]
    counted = values_by_measure(
        measures=[(spec, badge.zone) for badge, spec in measured], member_id=member_id
    )
    told = {}
    for (badge, _spec), values in zip(measured, counted, strict=True):
        family: Family = badge.parsed
        value = values[max(values)] if values else 0
        if family.is_every:
            target = (value // family.targets[0] + 1) * family.targets[0]
        else:
            target = next((each for each in family.targets if each > value), family.targets[-1])
        told[badge.definition_id] = {"value": value, "target": target}
    return told


def _measure(family: Family) -> Spec | None:
    """What the tiers of a badge count, where that can be counted in deeds."""
    marked = family.condition.marked
    spec = None if marked is None else family.condition.leaves[marked].spec
    return spec if spec is not None and spec.is_over_deeds else None


def _reason(program: Program, live: Live, member_id: Id, *, is_reached: bool) -> Reason:
    if not live.is_live:
        return Reason.PAUSED
    if not standings_of([member_id])[member_id].is_active:
        return Reason.EXCLUDED_MEMBER
    if switched_off(program, GAME, [member_id]):
        return Reason.SWITCHED_OFF
    return Reason.REACHED if is_reached else Reason.NOT_YET
