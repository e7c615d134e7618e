"""Time windows (E-25): weekdays, hours and dates in which something holds, in the programme's own time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """One window; all that it names must hold. Hours and dates are half open.

    Hours whose end is not after their start run past midnight and belong to the day on which they start.
    """

    weekdays: frozenset[int] | None = None
    starts: time | None = None
    ends: time | None = None
    first_day: date | None = None
    day_after: date | None = None

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Window":
        """Read `{weekdays?, from?, to?, dates?: {from, to}}`, already of the right shape."""
        days = told.get("weekdays")
        dates = told.get("dates") or {}
        return cls(
            weekdays=frozenset(map(WEEKDAYS.index, days)) if days else None,
            starts=time.fromisoformat(told["from"]) if "from" in told else None,
            ends=time.fromisoformat(told["to"]) if "to" in told else None,
            first_day=date.fromisoformat(dates["from"]) if dates else None,
            day_after=date.fromisoformat(dates["to"]) if dates else None,
        )

    def holds(self, local: datetime) -> bool:
        """Whether this local time lies inside."""
        day = self._day_of(local)
        if day is None:
            return False
        if self.weekdays is not None and day.weekday() not in self.weekdays:
            return False
        if self.first_day is None or self.day_after is None:
            return True
        return self.first_day <= day < self.day_after

    def _day_of(self, local: datetime) -> date | None:
        """The day whose hours hold this time; None outside of them."""
        if self.starts is None or self.ends is None:
            return local.date()
        now = local.time()
        if self.starts < self.ends:
            return local.date() if self.starts <= now < self.ends else None
        if now >= self.starts:
            return local.date()
        return local.date() - _DAY if now < self.ends else None


def any_holds(windows: Sequence[Window], local: datetime) -> bool:
    """Whether one of them holds; no windows at all are no limit."""
    return not windows or any(window.holds(local) for window in windows)
