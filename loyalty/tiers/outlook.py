"""Outlook: what is coming for the tier in force: drops, projections, opportunities, with grants thrown in (T-35)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from loyalty.programs.calendar import local_day, midnight
from loyalty.tiers.book import TierBook
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.measuring import measured
from loyalty.tiers.maths.projecting import coming_drop, standing_after_review
from loyalty.tiers.maths.reviewing import drop_day, turned
from loyalty.tiers.maths.values import Climber, Standing, Tier
from loyalty.tiers.states.reading import Grant, MemberState

JUST_BEFORE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Risk:
    """A coming drop of the tier in force: `missing` until the end of `keep_by` would keep it (None: nothing would)."""

    from_tier: Tier
    to_tier: Tier
    at: datetime
    missing: int | None
    keep_by: date
    cause: Cause


def risks_of(book: TierBook, state: MemberState, *, at: datetime) -> list[Risk]:
    """Every coming drop of this member's tier in force as things are, the nearest first."""
    climber = book.climber_for_review(state.member_id)
    ends = sorted({grant.until for grant in state.grants if grant.until and grant.until > at})
    risks = [_risk_of_grant(book, state, climber, end=end, at=at) for end in ends]
    risks.append(_risk_of_review(book, state, climber, at=at))
    told = [risk for risk in risks if risk is not None]
    return sorted(told, key=lambda risk: (risk.at, risk.to_tier.rank))


def projected_tier(book: TierBook, state: MemberState, *, at: datetime) -> Tier:
    """The tier in force after the next review if nothing more is earned."""
    climber = book.climber_for_review(state.member_id)
    standing, zone = state.standing, book.program.zone
    day = drop_day(standing, climber.terms) or standing.next_from
    ends = [grant.until for grant in state.grants if grant.until]
    instant = max([at, *ends]) if day is None else midnight(day, zone)
    after = standing_after_review(standing, climber)
    return _in_force(after, climber, _granted(state.grants, at=instant))


def _risk_of_review(
    book: TierBook, state: MemberState, climber: Climber, *, at: datetime
) -> Risk | None:
    zone = book.program.zone
    drop = coming_drop(state.standing, climber, today=local_day(at, zone))
    if drop is None:
        return None
    end = midnight(drop.day, zone)
    grants = _granted(state.grants, at=end)
    before = _in_force(state.standing, climber, grants)
    after = _in_force(drop.to, climber, grants)
    if after.rank >= before.rank:
        return None
    return Risk(
        from_tier=before,
        to_tier=after,
        at=end,
        missing=drop.missing,
        keep_by=drop.keep_by,
        cause=Cause.REVIEW,
    )


def _risk_of_grant(
    book: TierBook, state: MemberState, climber: Climber, *, end: datetime, at: datetime
) -> Risk | None:
    zone = book.program.zone
    standing = turned(state.standing, climber, today=local_day(end, zone))
    before = _in_force(standing, climber, _granted(state.grants, at=end - JUST_BEFORE))
    after = _in_force(standing, climber, _granted(state.grants, at=end))
    if after.rank >= before.rank:
        return None
    counted = measured(climber, local_day(at, zone))
    return Risk(
        from_tier=before,
        to_tier=after,
        at=end,
        missing=max(before.reach - counted, 0) if before.by_metric else None,
        keep_by=local_day(end - JUST_BEFORE, zone),
        cause=Cause.GRANT_ENDED,
    )


def _granted(grants: Iterable[Grant], *, at: datetime) -> list[Grant]:
    """The grants that hold at an instant to come."""
    return [
        each for each in grants if each.begins_at <= at and (each.until is None or each.until > at)
    ]


def _in_force(standing: Standing, climber: Climber, grants: Iterable[Grant]) -> Tier:
    tiers = [climber.terms.at(standing.slug), *(climber.terms.at(grant.slug) for grant in grants)]
    return max(tiers, key=lambda tier: tier.rank)
