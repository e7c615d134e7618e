"""Stamping: a hand at the till, or a token, puts stamps on a member's card."""

from dataclasses import dataclass
from datetime import datetime

from gamification.criteria.life.catalogue import Live
from gamification.criteria.refusals import DefinitionState, PlaySwitchedOff
from gamification.criteria.switches import switched_off
from gamification.prizes.giving import hold_members
from gamification.stamps.keeping.rows import Entry, add
from gamification.stamps.kinds import GAME, StampKind, StampSource
from gamification.stamps.limiting import refuse_too_many
from gamification.stamps.models import Stamp
from gamification.stamps.refusals import ReasonMissing
from gamification.stamps.tokens import use_token
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.tenants import Program


@dataclass(frozen=True, kw_only=True, slots=True)
class ByHand:
    """What a hand gives: so many stamps, where, and for a purchase of how much."""

    quantity: int = 1
    place: str = ""
    spend: int | None = None
    key: str = ""  # told twice under one key, it is given once


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgiven:
    """What is forgiven of a debt, and why."""

    quantity: int
    reason: str
    key: str = ""


@unit_of_work
def stamp(
    *, program: Program, card: Live, member_id: Id, told: ByHand, actor: Actor, at: datetime
) -> Stamp:
    """Give a member stamps by hand. Raises DefinitionState, PlaySwitchedOff and the limits of the card."""
    book = hold_members(program=program, member_ids=[member_id], at=at)
    earlier = _earlier(card, told.key, member_id=member_id, kind=StampKind.GIVEN)
    if earlier is not None:
        return earlier
    refuse_if_off(program=program, card=card, member_id=member_id)
    refuse_too_many(
        card=card,
        member_id=member_id,
        quantity=told.quantity,
        spend=told.spend,
        actor=actor,
        at=at,
    )
    entry = Entry(
        card=card,
        member_id=member_id,
        quantity=told.quantity,
        kind=StampKind.GIVEN,
        source=StampSource.HAND,
        source_id=told.key or str(new_id()),
        at=at,
        actor=actor,
        place=told.place,
    )
    return add(program=program, entries=[entry], book=book, at=at)[-1]


@unit_of_work
def stamp_by_token(
    *, program: Program, card: Live, member_id: Id, token: str, may_inspect: bool, at: datetime
) -> Stamp:
    """Give a member the stamps of a token, once. Raises TokenNotUsable and what `stamp` raises.

    The limits are those of the hand that made the token.
    """
    book = hold_members(program=program, member_ids=[member_id], at=at)
    refuse_if_off(program=program, card=card, member_id=member_id)
    used = use_token(card=card, token=token, member_id=member_id, may_inspect=may_inspect, at=at)
    refuse_too_many(
        card=card,
        member_id=member_id,
        quantity=used.quantity,
        spend=used.spend,
        actor=used.actor,
        at=at,
    )
    entry = Entry(
        card=card,
        member_id=member_id,
        quantity=used.quantity,
        kind=StampKind.GIVEN,
        source=StampSource.TOKEN,
        source_id=str(used.id),
        at=at,
        actor=used.actor,
        place=used.place,
    )
    return add(program=program, entries=[entry], book=book, at=at)[-1]


@unit_of_work
def waive(
    *,
    program: Program,
    card: Live,
    member_id: Id,
    told: Forgiven,
    actor: Actor,
    at: datetime,
) -> Stamp:
    """Forgive a debt: stamps for a reason, beyond every limit (G-68). Raises ReasonMissing, DefinitionState."""
    if not told.reason.strip():
        raise ReasonMissing(pointer="/reason")
    book = hold_members(program=program, member_ids=[member_id], at=at)
    earlier = _earlier(card, told.key, member_id=member_id, kind=StampKind.WAIVED)
    if earlier is not None:
        return earlier
    if not card.is_live:
        raise DefinitionState(slug=card.slug, state=card.state)
    entry = Entry(
        card=card,
        member_id=member_id,
        quantity=told.quantity,
        kind=StampKind.WAIVED,
        source=StampSource.HAND,
        source_id=told.key or str(new_id()),
        at=at,
        actor=actor,
        reason=told.reason.strip(),
    )
    return add(program=program, entries=[entry], book=book, at=at)[-1]  # fmt: skip


def _earlier(card: Live, key: str, *, member_id: Id, kind: StampKind) -> Stamp | None:
    """What was given under this key before; the member is held."""
    if not key:
        return None
    rows = Stamp.objects.filter(card_id=card.definition_id, source=StampSource.HAND, source_id=key)
    return rows.filter(kind=kind, member_id=member_id).first()


@inside_unit_of_work
def refuse_if_off(*, program: Program, card: Live, member_id: Id) -> None:
    """Nothing is given by a card that rests, or to somebody who does not play."""
    if not card.is_live:
        raise DefinitionState(slug=card.slug, state=card.state)
    if member_id in switched_off(program=program, game=GAME, member_ids=[member_id]):
        raise PlaySwitchedOff(game=card.name)
