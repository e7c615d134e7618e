"""Moving: from a standing and grants to the tier in force, and the moves that history keeps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.programs.calendar import Period, local_day, midnight
from loyalty.tiers.kinds import Cause
from loyalty.tiers.maths.reviewing import drop_day, next_due
from loyalty.tiers.maths.values import Standing, Terms, Tier
from loyalty.tiers.states.reading import Grant, MemberState

# What is told within a day of happening counts from when it happened; later, from when it was told (ADR 0061).
TOLD_IN_TIME: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One move of a member's tier: between tiers in force, and between standings."""

    member_id: Id
    number: int
    cause: Cause
    from_slug: str
    to_slug: str
    standing_from: str
    standing_to: str
    day: date
    effective_from: datetime
    at: datetime
    revision_id: Id
    counted: int | None = None
    threshold: int | None = None
    source_id: Id | None = None
    steps: int = 0  # how many ranks up (or down) the tier in force went


@dataclass(frozen=True, kw_only=True, slots=True)
class Why:
    """Why a standing moves: the cause, the day it hangs on, since when, and on which count."""

    cause: Cause
    day: date
    effective_from: datetime
    at: datetime
    counted: int | None = None
    threshold: int | None = None
    source_id: Id | None = None


def comes_into_force(*, occurred_at: datetime, at: datetime, imported: bool = False) -> datetime:
    """Since when a tier counts that an event brought: since the event, if we were told in time or by import."""
    if imported or at - occurred_at <= TOLD_IN_TIME:
        return min(occurred_at, at)
    return at


def grant_in_force(state: MemberState, terms: Terms, *, at: datetime) -> Grant | None:
    """The highest grant that has begun; one whose end has passed counts until its end has run (T-45)."""
    begun = [grant for grant in state.grants if grant.begins_at <= at]
    return max(
        begun, key=lambda grant: (terms.at(grant.slug).rank, grant.until is None), default=None
    )


def tier_in_force(state: MemberState, terms: Terms, *, at: datetime) -> Tier:
    """The effective tier: the higher of standing and grants."""
    standing = terms.at(state.standing.slug)
    grant = grant_in_force(state, terms, at=at)
    return (
        standing
        if grant is None
        else max(standing, terms.at(grant.slug), key=lambda tier: tier.rank)
    )


def move(state: MemberState, terms: Terms, standing: Standing, why: Why) -> list[Move]:
    """Put the member on this standing; the move that history keeps, none if only dates moved."""
    before, earned = state.in_force, state.standing.slug
    state.standing, state.is_changed = standing, True
    state.in_force = tier_in_force(state, terms, at=why.at).slug
    is_seen = why.cause == Cause.REVIEW or (before, earned) != (state.in_force, standing.slug)
    if not is_seen:
        return []
    effective_from = max(why.effective_from, state.moved_at or why.effective_from)
    state.moves += 1
    state.moved_at = effective_from
    state.told.append((effective_from, before, state.in_force))
    if state.in_force != before:
        state.since = effective_from
    made = Move(
        member_id=state.member_id,
        number=state.moves,
        cause=why.cause,
        from_slug=before,
        to_slug=state.in_force,
        standing_from=earned,
        standing_to=standing.slug,
        day=why.day,
        effective_from=effective_from,
        at=why.at,
        revision_id=terms.revision_id,
        counted=why.counted,
        threshold=why.threshold,
        source_id=why.source_id,
        steps=terms.at(state.in_force).rank - terms.at(before).rank,
    )
    return [made]


def in_force_until(state: MemberState, terms: Terms, *, zone: str, at: datetime) -> datetime | None:
    """When the tier in force is next in question: the end of its grant, its review, or the end of its grace."""
    standing = state.standing
    if terms.at(standing.slug).rank < terms.at(state.in_force).rank:
        grant = grant_in_force(state, terms, at=at)
        return grant.until if grant else None
    last = standing.grace_through or standing.through
    return None if last is None else midnight(last + timedelta(days=1), zone)


def reviewed_next(state: MemberState, *, zone: str) -> datetime | None:
    """The midnight at which something happens to the standing next."""
    day = next_due(state.standing)
    return None if day is None else midnight(day, zone)


def grant_changes_next(state: MemberState, *, at: datetime) -> datetime | None:
    """When the next grant begins or ends."""
    due = [grant.begins_at for grant in state.grants if grant.begins_at > at]
    due += [grant.until for grant in state.grants if grant.until is not None]
    return min(due, default=None)


def noticed_next(state: MemberState, terms: Terms, *, zone: str) -> datetime | None:
    """When to look whether a coming drop has to be told (T-19); None if there is none, or all were looked at."""
    notice = Period.read(terms.notice)
    coming = set(coming_ends(state, terms, zone=zone)) - set(state.noticed_for)
    due = [notice_of(end, notice, zone=zone) for end in coming]
    if state.looked_at is not None:
        due = [each for each in due if each > state.looked_at]
    return min(due, default=None)


def coming_ends(state: MemberState, terms: Terms, *, zone: str) -> list[datetime]:
    """Every instant at which this member's tier may end: of grants, and of the standing if it is not renewed."""
    ends = [grant.until for grant in state.grants if grant.until is not None]
    day = drop_day(state.standing, terms)
    if day is not None:
        ends.append(midnight(day, zone))
    return ends


def notice_of(end: datetime, notice: Period, *, zone: str) -> datetime:
    """The midnight at which an end is told: of the day that lies a notice period before it."""
    back = Period(months=-notice.months, days=-notice.days, seconds=-notice.seconds)
    return midnight(local_day(back.after(end, zone=zone), zone), zone)
