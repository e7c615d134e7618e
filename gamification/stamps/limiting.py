"""Limiting: how many stamps hands and tokens may give, each limit with its own refusal (G-71)."""

from datetime import datetime, timedelta
from typing import Final

from gamification.criteria.life.catalogue import Live
from gamification.stamps.keeping.cards import Card
from gamification.stamps.kinds import StampKind, StampSource
from gamification.stamps.refusals import (
    DayLimit,
    HoursLimit,
    MinimumSpend,
    StaffLimit,
    VisitLimit,
)
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.programs.calendar import local_day, midnight

_BY_HAND: Final = [StampSource.HAND.value, StampSource.TOKEN.value]
_HOUR: Final = timedelta(hours=1)
# What was undone counts no more; what was returned or wiped was given all the same.
_TO_MEMBER: Final = """
    SELECT COALESCE(sum(s.quantity + COALESCE(u.quantity, 0)) FILTER (WHERE s.at >= %s), 0)::int,
           COALESCE(sum(s.quantity + COALESCE(u.quantity, 0)) FILTER (WHERE s.at > %s), 0)::int
    FROM gamification_stamp s LEFT JOIN gamification_stamp u ON u.refers_to_id = s.id AND u.kind = 'undone'
    WHERE s.card_id = %s AND s.member_id = %s AND s.kind = 'given' AND s.source = ANY(%s::text[])
"""
_BY_ACTOR: Final = """
    SELECT COALESCE(sum(s.quantity), 0)::int FROM gamification_stamp s
    WHERE s.card_id = %s AND s.actor = %s AND s.kind = %s AND s.at > %s
"""
# Two tills under one name count one after the other: the members whom they stamp differ, so their locks do not help.
_HOLD_ACTOR: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@inside_unit_of_work
def refuse_too_many(
    *, card: Live, member_id: Id, quantity: int, spend: int | None, actor: Actor, at: datetime
) -> None:
    """Refuse what would pass a limit of the card; the member is held."""
    refuse_too_large(card=card, quantity=quantity, spend=spend)
    limits = Card.read(card.settings).limits
    _refuse_for_member(card, member_id, quantity, at)
    if limits.per_staff_hour is not None:
        run(_HOLD_ACTOR, [f"stamps:{card.definition_id}:{actor.shown}"])
        ((given,),) = run(
            _BY_ACTOR, [card.definition_id, actor.shown, StampKind.GIVEN.value, at - _HOUR]
        )
        if given + quantity > limits.per_staff_hour:
            raise StaffLimit(stamps_max=limits.per_staff_hour)


def refuse_too_large(*, card: Live, quantity: int, spend: int | None) -> None:
    """Refuse what passes the limits of one visit, whoever stamps whom. Raises MinimumSpend, VisitLimit."""
    limits = Card.read(card.settings).limits
    if (spend or 0) < limits.minimum_spend:
        raise MinimumSpend(amount_min=limits.minimum_spend)
    if limits.per_visit is not None and quantity > limits.per_visit:
        raise VisitLimit(stamps_max=limits.per_visit)


def _refuse_for_member(card: Live, member_id: Id, quantity: int, at: datetime) -> None:
    limits = Card.read(card.settings).limits
    if limits.per_day is None and limits.per_hours is None:
        return
    stamps_max, hours = limits.per_hours or (0, 0)
    ((today, lately),) = run(
        _TO_MEMBER,
        [
            midnight(local_day(at, card.zone), card.zone),
            at - hours * _HOUR,
            card.definition_id,
            member_id,
            _BY_HAND,
        ],
    )
    if limits.per_day is not None and today + quantity > limits.per_day:
        raise DayLimit(stamps_max=limits.per_day, stamps_left=max(0, limits.per_day - today))
    if limits.per_hours is not None and lately + quantity > stamps_max:
        raise HoursLimit(stamps_max=stamps_max, hours=hours)
