"""Granting: tiers given by hand, by payment, by a partner; they lift and never lower (T-20 to T-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.calendar import add_months, local_day, local_time, midnight
from loyalty.programs.models import Program, ReasonCode
from loyalty.tiers.book import TierBook, open_book
from loyalty.tiers.facts import TierGranted
from loyalty.tiers.facts import TierGrantEnded as TierGrantEndedFact
from loyalty.tiers.kinds import Cause, GrantSource
from loyalty.tiers.midnights.turning import lock_members
from loyalty.tiers.models import TierGrant
from loyalty.tiers.refusals import (
    ReasonMissing,
    TierGrantEnded,
    TierGrantEndMissing,
    TierGrantInPast,
    TierGrantReferenceReused,
    TierGrantTooLong,
    TierNotGrantable,
    TierUnknown,
)
from loyalty.tiers.states.moving import Why, move
from loyalty.tiers.states.reading import Grant
from loyalty.tiers.writing import write

GRANT_MONTHS_MAX: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantWish:
    """A tier somebody shall be given: which, from when (now), until when, by whom, and why."""

    tier: str
    until: datetime | None
    source: GrantSource
    reason: str
    begins_at: datetime | None = None
    note: str = ""
    reference: str | None = None


@unit_of_work
def grant(
    *,
    program: Program,
    member_id: Id,
    wish: GrantWish,
    actor: Actor,
    is_owner: bool,
    at: datetime,
) -> TierGrant:
    """Give this member a tier; a reference of a source gives once and answers the same grant again.

    Raises TierUnknown, TierNotGrantable, TierGrantEndMissing, TierGrantInPast, TierGrantTooLong, ReasonMissing,
    TierGrantReferenceReused.
    """
    _check_times(program, wish, is_owner=is_owner, at=at)
    _check_reason(program, reason=wish.reason, note=wish.note, actor=actor)
    lock_members(program=program, member_ids=[member_id], at=at)
    book = open_book(program=program, member_ids=[member_id], at=at)
    _check_tier(book, wish.tier)
    earlier = _given_before(program, wish)
    if earlier is not None:
        return _same_or_refused(earlier, wish, member_id=member_id)
    given = TierGrant.objects.create(
        program=program,
        member_id=member_id,
        slug=wish.tier,
        begins_at=wish.begins_at or at,
        until=wish.until,
        source=wish.source,
        reason=wish.reason,
        note=wish.note,
        reference=wish.reference,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        given_at=at,
    )
    _let_begin(book, given, at=at)
    return given


@unit_of_work
def end_grant(
    *, program: Program, grant_id: Id, reason: str, actor: Actor, at: datetime
) -> TierGrant:
    """End a grant before its time; the tier in force falls at once, without grace. Raises TierGrantEnded, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    member_id = _going_on(TierGrant.objects.get(pk=grant_id)).member_id
    lock_members(program=program, member_ids=[member_id], at=at)
    given = _going_on(TierGrant.objects.get(pk=grant_id))
    if given.ended_at is not None:
        raise TierGrantEnded
    given.ended_at, given.ended_reason, given.ended_by = at, reason, actor.shown[:120]
    given.save(update_fields=["ended_at", "ended_reason", "ended_by"])
    book = open_book(program=program, member_ids=[member_id], at=at)
    fact = TierGrantEndedFact(
        program_id=program.pk,
        member_id=member_id,
        at=at,
        grant_id=given.pk,
        tier=given.slug,
        source=given.source,
        reason=reason,
    )
    _move(book, member_id, Cause.GRANT_ENDED, given.pk, at=at)
    write(book, more=[fact])
    return given


@inside_unit_of_work
def empty_notes(*, member_ids: Sequence[Id]) -> None:
    """Forget what was written about these members' grants; that they were given stays."""
    TierGrant.objects.filter(member_id__in=member_ids).exclude(note="").update(note="")


def _going_on(given: TierGrant) -> TierGrant:
    """The grant itself, or the one as which it goes on after a merge."""
    while (following := TierGrant.objects.filter(origin=given).first()) is not None:
        given = following
    return given


def _let_begin(book: TierBook, given: TierGrant, *, at: datetime) -> None:
    state = book.states[given.member_id]
    state.grants.append(
        Grant(
            id=given.pk,
            slug=given.slug,
            begins_at=given.begins_at,
            until=given.until,
            source=given.source,
        )
    )
    _move(book, given.member_id, Cause.GRANT, given.pk, at=at)
    fact = TierGranted(
        program_id=book.program.pk,
        member_id=given.member_id,
        at=at,
        grant_id=given.pk,
        tier=given.slug,
        source=given.source,
        begins_at=given.begins_at,
        until=given.until,
    )
    write(book, more=[fact])


def _move(book: TierBook, member_id: Id, cause: Cause, grant_id: Id, *, at: datetime) -> None:
    assert book.terms is not None
    state = book.states[member_id]
    day = local_day(at, book.program.zone)
    why = Why(cause=cause, day=day, effective_from=at, at=at, source_id=grant_id)
    book.moves += move(state, book.terms, state.standing, why)


def _check_tier(book: TierBook, slug: str) -> None:
    tier = book.terms.by_slug.get(slug) if book.terms else None
    if tier is None:
        raise TierUnknown(tier=slug)
    if tier.rank == 0:
        raise TierNotGrantable(tier=slug)


def _check_times(program: Program, wish: GrantWish, *, is_owner: bool, at: datetime) -> None:
    if wish.until is None:
        if not is_owner:
            raise TierGrantEndMissing(pointer="/until")
        return
    if wish.until <= max(at, wish.begins_at or at):
        raise TierGrantInPast(pointer="/until")
    last = add_months(local_day(at, program.zone), GRANT_MONTHS_MAX)
    if local_day(wish.until, program.zone) > last:
        raise TierGrantTooLong(
            until_max=local_time(midnight(last, program.zone), program.zone), pointer="/until"
        )


def _check_reason(program: Program, *, reason: str, note: str, actor: Actor) -> None:
    """Staff name a reason of the programme's list and write a note; everybody names a reason (T-20)."""
    if not reason.strip():
        raise ReasonMissing(pointer="/reason")
    if actor.kind != ActorKind.STAFF:
        return
    if not note.strip():
        raise ReasonMissing(pointer="/note")
    if not ReasonCode.objects.filter(program=program, slug=reason).exists():
        raise ReasonMissing(pointer="/reason")


def _given_before(program: Program, wish: GrantWish) -> TierGrant | None:
    if wish.reference is None:
        return None
    given = TierGrant.objects.filter(program=program, source=wish.source)
    return given.filter(reference=wish.reference).first()


def _same_or_refused(earlier: TierGrant, wish: GrantWish, *, member_id: Id) -> TierGrant:
    told = (member_id, wish.tier, wish.until)
    if (earlier.member_id, earlier.slug, earlier.until) != told:
        raise TierGrantReferenceReused(pointer="/reference")
    return earlier
