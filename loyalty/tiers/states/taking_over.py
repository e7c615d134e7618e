"""Taking over: bringing members from a past revision of the ladder to the live one (T-41, T-42)."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from loyalty.foundation.ids import Id
from loyalty.tiers.kinds import Cause, How
from loyalty.tiers.ladders.reading import Reign
from loyalty.tiers.maths.climbing import climb
from loyalty.tiers.maths.measuring import first_day_reaching, measured
from loyalty.tiers.maths.values import Climber, Standing, Terms, Tier
from loyalty.tiers.maths.windows import A_DAY, through_after_reaching
from loyalty.tiers.states.moving import Move, Why, move
from loyalty.tiers.states.reading import MemberState


def taken_over(
    states: Iterable[MemberState],
    *,
    live: Reign | None,
    climber_of: Callable[[Id], Climber],
    today: date,
    at: datetime,
) -> list[Move]:
    """Apply the live revision to those of these members whom it has not reached; higher tiers at once."""
    if live is None:
        return []
    moves = []
    for each in waiting_for(states, live=live):
        moves += _take_over(each, climber_of(each.member_id), today=today, at=at)
    return moves


def waiting_for(states: Iterable[MemberState], *, live: Reign | None) -> list[MemberState]:
    """Those of these members whom the live revision has not reached."""
    return [state for state in states if live is not None and _is_waiting(state, live)]


def _is_waiting(state: MemberState, live: Reign) -> bool:
    if state.revision_id is None:
        return not live.is_applied
    return state.revision_id != live.terms.revision_id


def _take_over(state: MemberState, climber: Climber, *, today: date, at: datetime) -> list[Move]:
    terms = climber.terms
    kept = mapped(state.standing, climber, today=today)
    climbed = climb(kept, climber, changed_on=today, today=today)
    is_new = state.revision_id is None
    state.revision_id = terms.revision_id
    if is_new and climbed.slug == terms.lowest.slug and not climbed.next_slug:
        return []
    why = Why(
        cause=Cause.LADDER_CHANGED,
        day=today,
        effective_from=at,
        at=at,
        counted=measured(climber, today),
        threshold=terms.at(climbed.slug).reach,
        source_id=terms.revision_id,
    )
    return move(state, terms, climbed, why)


def mapped(standing: Standing, climber: Climber, *, today: date) -> Standing:
    """The standing under the live revision: a removed tier becomes the one it was mapped to; dates are kept."""
    terms = climber.terms
    tier = terms.at(standing.slug)
    if tier.rank == 0:
        return replace(Standing(slug=tier.slug), **_note(standing, terms))
    through, counted_through = standing.through, standing.counted_through
    ends = through_after_reaching(terms.cycle, today, joined_on=climber.joined_on)
    if tier.for_life or ends is None:
        through = None
    elif through is None:
        through, counted_through = ends, counted_through or today - A_DAY
    before = standing.before
    return replace(
        standing,
        slug=tier.slug,
        how=_how(standing, tier, climber, today=today),
        counted_through=counted_through,
        through=through,
        grace_through=standing.grace_through if through else None,
        before=mapped(before, climber, today=today) if before else None,
        **_note(standing, terms),
    )


def _how(standing: Standing, tier: Tier, climber: Climber, *, today: date) -> How:
    """Still reached, if this revision says so too; else kept until the review, whatever is returned (T-18, T-41)."""
    if standing.how != How.REACHED or standing.qualified_on is None:
        return How(standing.how)
    day = first_day_reaching(climber, tier, first=standing.qualified_on, last=today)
    return How.REACHED if tier.slug == standing.slug and day is not None else How.MAPPED


def _note(standing: Standing, terms: Terms) -> dict[str, Any]:
    """The tier noted for the next cycle, under its new name."""
    if not standing.next_slug:
        return {}
    return {
        "next_slug": terms.at(standing.next_slug).slug,
        "next_from": standing.next_from,
        "next_qualified_on": standing.next_qualified_on,
    }
