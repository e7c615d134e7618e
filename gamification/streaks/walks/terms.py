"""Terms: the wording of a streak, read once and ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from loyalty.programs.calendar import Period, Unit
from loyalty.programs.times.windows import WEEKDAYS

# So long after a period's end what came back still counts (G-57).
CORRECTION_TIME: Final = timedelta(days=30)
SHORT_UNDER: Final = timedelta(
    hours=12
)  # less time than this is a gift of travel, not a period (G-58)
PAUSE_DAYS_A_YEAR_MAX: Final = 30
REPAIR_PERIODS_MAX: Final = 7
DEFAULTS: Final[Mapping[str, Any]] = {
    "clock": "programme",
    "day_start": 0,
    "grace": "PT0H",
    "freezes": {},
    "rest": {},
}
FREEZES: Final[Mapping[str, int]] = {"start": 1, "every": 7, "max": 2, "in_a_row": 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """How a streak is walked."""

    unit: Unit = Unit.DAY
    by_member_zone: bool = False
    day_start: int = 0
    need: int = 1
    grace: timedelta = timedelta(0)
    initial: int = 1
    earn_every: int = 7
    cap: int = 2
    in_a_row: int = 2
    rest_weekdays: frozenset[int] = frozenset()
    rest_dates: frozenset[date] = frozenset()

    @classmethod
    def read(cls, wording: Mapping[str, Any]) -> "Terms":
        """The terms that a wording states, with the defaults of what it leaves out (section 20)."""
        told = {**DEFAULTS, **wording}
        freezes = {**FREEZES, **told["freezes"]}
        return cls(
            unit=Unit(told["period"]),
            by_member_zone=told["clock"] == "member",
            day_start=told["day_start"],
            need=told["condition"].get("at_least", 1),
            grace=timedelta(seconds=Period.read(told["grace"]).seconds),
            initial=min(freezes["start"], freezes["max"]),
            earn_every=freezes["every"],
            cap=freezes["max"],
            in_a_row=freezes["in_a_row"],
            rest_weekdays=frozenset(map(WEEKDAYS.index, told["rest"].get("weekdays", ()))),
            rest_dates=frozenset(map(date.fromisoformat, told["rest"].get("dates", ()))),
        )

    def rests_on(self, day: date) -> bool:
        """Whether the shop rests on that day."""
        return day.weekday() in self.rest_weekdays or day in self.rest_dates
