"""Keys: which period of a board an instant falls in, by the calendar of its zone; that of all times has no borders (G-6)."""

from datetime import UTC, datetime
from typing import Final

from gamification.criteria.measures import spans
from gamification.criteria.measures.spans import Span
from gamification.leaderboards.kinds import EVER
from loyalty.programs.calendar import Unit

# Room for the widest zone on either side of what an instant can be.
ALWAYS: Final = datetime(1900, 1, 1, tzinfo=UTC)
NEVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
EVER_SPAN: Final = Span(key=EVER, starts_at=ALWAYS, ends_at=NEVER)


def span_at(unit: Unit, at: datetime, *, zone: str) -> Span:
    """The period of a board that holds this instant."""
    return EVER_SPAN if unit is Unit.EVER else spans.span_at(unit, at, zone=zone)
