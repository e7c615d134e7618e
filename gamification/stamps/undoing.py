"""Undoing: a stamp given by mistake is taken by a second row; the history stays (G-72)."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Sum

from gamification.criteria.life.catalogue import Live, book_of
from gamification.prizes.giving import hold_members
from gamification.stamps.keeping.rows import Entry, add
from gamification.stamps.kinds import StampKind, StampSource
from gamification.stamps.models import Stamp
from gamification.stamps.refusals import NothingToUndo, ReasonMissing, UndoTooLate
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program

OWN_HAND: Final = timedelta(minutes=15)


@unit_of_work
def undo(
    *, program: Program, card: Live, row: Stamp, reason: str, hand: tuple[Actor, bool], at: datetime
) -> Stamp:
    """Take back what is left of a stamp; `hand` says who, and whether a manager.

    Raises ReasonMissing, UndoTooLate, NothingToUndo.
    """
    actor, is_manager = hand
    if not reason.strip():
        raise ReasonMissing
    book = hold_members(program=program, member_ids=[row.member_id], at=at)
    is_own = row.actor == actor.shown and at <= row.at + OWN_HAND
    if not (is_own or is_manager):
        raise UndoTooLate(minutes_max=OWN_HAND // timedelta(minutes=1))
    taken = Stamp.objects.filter(refers_to=row).aggregate(all=Sum("quantity"))["all"] or 0
    left = row.quantity + taken
    if row.quantity < 0 or left == 0:
        raise NothingToUndo
    entry = Entry(
        card=card,
        member_id=row.member_id,
        quantity=-left,
        kind=StampKind.UNDONE,
        source=StampSource.STAMP,
        source_id=str(row.pk),
        at=at,
        actor=actor,
        refers_to=row.pk,
        reason=reason.strip(),
    )
    return add(program=program, entries=[entry], book=book, at=at)[-1]


def card_of(*, program: Program, row: Stamp) -> Live:
    """The card that a stamp stands on, as it is in force; raises NotFound once it is retired."""
    found = [each for each in book_of(program).definitions if each.definition_id == row.card_id]
    if not found:
        raise NotFound
    return found[0]
