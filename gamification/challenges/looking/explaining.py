"""Explaining: why a challenge is done or not, step by step, with what nearly counted (G-102, G-103)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from gamification.challenges.kinds import PRIZE_ITEM, AttemptState
from gamification.challenges.looking.showing import latest_of, show_challenge
from gamification.challenges.models import Attempt
from gamification.challenges.terms import Terms, read_terms
from gamification.criteria.conditions import Condition, Leaf, Node
from gamification.criteria.explaining import explain, verdict
from gamification.criteria.kinds import Reason
from gamification.criteria.life.catalogue import Live, versions_called
from gamification.criteria.measures.counting import Who
from gamification.prizes.kinds import GrantState
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.ids import Id
from loyalty.programs.tenants import Program

Json: TypeAlias = dict[str, Any]
_STATUSES: Final = {
    "completed": Reason.REACHED,
    "abandoned": Reason.LEFT,
    "locked": Reason.STATE_NOT_NOW,
    "closed": Reason.OUTSIDE_WINDOW,
}


def explain_challenge(*, program: Program, challenge: Live, member_id: Id, at: datetime) -> Json:
    """The latest go by the wording it began with: why, each step with its instant, the prize, and near misses."""
    seen = show_challenge(program=program, challenge=challenge, member_id=member_id, at=at)
    latest = latest_of(challenge, member_id)
    row = latest if latest and latest.starts_at == seen["starts_at"] else None
    wording = versions_called(program, [row.version_id])[row.version_id] if row else challenge
    terms = read_terms(program, wording.settings, zone=wording.zone)
    told = explain(
        program=program,
        condition=_all_of(terms),
        zone=terms.zone,
        who=Who(member_id=member_id, since=seen["starts_at"], until=seen["ends_at"]),
        targets=[1],
        at=at,
    )
    grant = _grant(row)
    return {
        "challenge": challenge.slug,
        "version": wording.number,
        "status": seen["status"],
        "as_of": at,
        **verdict(_reason(challenge, seen, grant)),
        "steps": seen["steps"],
        "tree": told["tree"],
        "near_misses": told["near_misses"],
        "grant": {"state": grant.state, "reason": grant.reason} if grant else None,
    }


def _all_of(terms: Terms) -> Condition:
    leaves = tuple(Leaf(spec=step.spec, at_least=step.at_least) for step in terms.steps)
    return Condition(root=Node("all", tuple(range(len(leaves)))), leaves=leaves)


def _reason(challenge: Live, seen: Mapping[str, Any], grant: PrizeGrant | None) -> Reason:
    if seen["switched_off"]:
        return Reason.SWITCHED_OFF
    if not challenge.is_live:
        return Reason.PAUSED
    held_back = grant is not None and grant.state == GrantState.CAPPED
    if grant is not None and held_back and grant.reason in Reason.values:
        return Reason(grant.reason)
    return _STATUSES.get(seen["status"], Reason.NOT_YET)


def _grant(row: Attempt | None) -> PrizeGrant | None:
    if row is None or row.state != AttemptState.COMPLETED:
        return None
    return PrizeGrant.objects.filter(
        definition_id=row.challenge_id,
        occasion=row.occasion,
        member_id=row.member_id,
        item=PRIZE_ITEM,
    ).first()
