"""Alarming: ten times as many bad codes in an hour as usual are told once, so that somebody looks (S-33)."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program
from loyalty.rewards.models import GuessHour
from loyalty.rewards.vouchers.facts import GuessingSuspected

TIMES_USUAL: Final = 10
ALARM_MIN: Final = 50  # below this, a clerk with a worn card would ring it
USUAL_OVER: Final = timedelta(days=7)
_COUNT: Final = """
    INSERT INTO loyalty_guesshour AS h (id, program_id, hour, bad) VALUES (%s, %s, %s, 1)
    ON CONFLICT (program_id, hour) DO UPDATE SET bad = h.bad + 1
    RETURNING bad, (SELECT COALESCE(sum(b.bad), 0) FROM loyalty_guesshour b
                    WHERE b.program_id = %s AND b.hour >= %s AND b.hour < %s)
"""

log = structlog.get_logger(__name__)


@inside_unit_of_work
def count_bad(*, program: Program, at: datetime) -> None:
    """Count a bad code of this hour; the one that makes it ten times the usual hour of the last week is announced."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    first = hour - USUAL_OVER
    ((bad, before),) = run(_COUNT, [new_id(), program.pk, hour, program.pk, first, hour])
    usual = int(before) // (USUAL_OVER // timedelta(hours=1))
    if bad == max(ALARM_MIN, TIMES_USUAL * usual):
        log.warning("rewards.guessing_suspected", program=program.slug, bad=bad, usual=usual)
        announce([GuessingSuspected(program_id=program.pk, at=at, bad=bad, usual=usual)])


@inside_unit_of_work
def forget_hours(*, at: datetime) -> None:
    """Hours that tell nothing any more about what is usual."""
    GuessHour.objects.filter(hour__lt=at - USUAL_OVER - timedelta(days=1)).delete()
