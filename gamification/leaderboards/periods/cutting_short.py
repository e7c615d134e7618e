"""Cutting short: people end the hours of grace of a period that is over, so that winners hear earlier."""

from datetime import datetime, timedelta
from typing import Final

from gamification.leaderboards.kinds import EVER, FROZEN
from gamification.leaderboards.models import BoardPeriod
from gamification.leaderboards.models.frozen import WRITE_LOCK
from gamification.leaderboards.refusals import BoardReasonMissing, PeriodFinal, PeriodOpen
from loyalty.foundation.actors import Actor
from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import unit_of_work
from loyalty.programs.tenants import Program

# What is being written while somebody presses the button was told before the new end.
CLOSES_IN: Final = timedelta(minutes=5)
_HOLD: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s::text))"


@unit_of_work
def close_early(
    *, program: Program, period_id: Id, reason: str, actor: Actor, at: datetime
) -> BoardPeriod:
    """Let the grace of a period that has ended be over in five minutes; a period that closes sooner stays as it is.

    Nobody writes its scores meanwhile: each was told before the new end. Raises NotFound, BoardReasonMissing,
    PeriodOpen, PeriodFinal.
    """
    assert actor.kind, "somebody decides"
    if not reason.strip():
        raise BoardReasonMissing(pointer="/reason")
    rows = BoardPeriod.objects.select_for_update().filter(definition__program=program)
    period = rows.filter(pk=period_id).first()
    if period is None:
        raise NotFound
    if period.state in FROZEN:
        raise PeriodFinal(period=period.key)
    if period.key == EVER or period.ends_at > at:
        raise PeriodOpen(period=period.key)
    run(_HOLD, [WRITE_LOCK, period.pk])
    period.closes_at = min(period.closes_at, at + CLOSES_IN)
    period.save(update_fields=["closes_at"])
    return period
