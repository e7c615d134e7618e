"""Taking in: events become kept rows, points and answers, as one unit of work (E-1 to E-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from loyalty.events.kinds import EVENTS_MAX, Outcome, ToldEvent
from loyalty.events.passing import Intake
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import unit_of_work, unit_of_work_racing
from loyalty.programs.models import Program

TRIES: Final = 2  # a lost race for a key is seen as a replay the second time


class TooManyEvents(DomainError):
    """One call takes at most a thousand events; send several calls."""

    code = "too_many_events"
    kind = Kind.TOO_LARGE
    title = _("Too many events")
    detail = _("At most {most} events at once.")


@unit_of_work
def take_in(
    *,
    program: Program,
    told: Sequence[ToldEvent | DomainError],
    actor: Actor,
    at: datetime,
    is_import: bool = False,
) -> list[Outcome]:
    """Take these events in, each once; answers one outcome per event, in order.

    Refused events stand in the answer and leave no trace; what could not be read comes in as its refusal and goes out
    as it. As many statements for one as for a thousand. Should the database refuse the list, its events are taken one
    at a time.
    """
    if len(told) > EVENTS_MAX:
        raise TooManyEvents(most=EVENTS_MAX)
    outcomes = [Outcome(refusal=each) if isinstance(each, DomainError) else None for each in told]
    events = [each for each in told if isinstance(each, ToldEvent)]
    if events:
        taken = iter(_taken(program=program, told=events, actor=actor, at=at, is_import=is_import))
        outcomes = [outcome or next(taken) for outcome in outcomes]
    return [outcome for outcome in outcomes if outcome is not None]


@unit_of_work_racing("event_counts_once", "order_counts_once")
def take_in_one(*, program: Program, told: ToldEvent, actor: Actor, at: datetime) -> Outcome:
    """Take one event in, or raise its refusal; a lost race runs the unit again, and then it is a replay."""
    intake = Intake(program=program, actor=actor, at=at, is_import=False)
    (outcome,) = intake.take([told])
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def _taken(
    *, program: Program, told: Sequence[ToldEvent], actor: Actor, at: datetime, is_import: bool
) -> list[Outcome]:
    """All of them together; if that is refused as a whole, one by one, each as if it had come alone."""
    intake = Intake(program=program, actor=actor, at=at, is_import=is_import)
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return intake.take(told)
        except DomainError as refusal:
            if len(told) == 1:
                return [Outcome(refusal=refusal)]
            break
        except (IntegrityError, DataError):
            if len(told) > 1:
                break
            if attempt == TRIES - 1:
                raise
    alone = sorted(range(len(told)), key=lambda place: (told[place].occurred_at or at, place))
    outcomes = {
        place: _taken(program=program, told=[told[place]], actor=actor, at=at, is_import=is_import)[
            0
        ]
        for place in alone
    }
    return [outcomes[place] for place in range(len(told))]
