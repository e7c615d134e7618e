"""Expiry terms: when points end (L-15, E-56). Terms are values; the ledger stamps what they gave on the lot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from loyalty.foundation.shapes import DURATION, Schema, closed
from loyalty.programs.calendar import Period, Unit, last_day_of, local_day, midnight

_MONTH_DAY: Final[Schema] = {
    "type": "string",
    "pattern": "^(02-(0[1-9]|1[0-9]|2[0-9])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))$",
}
_ROUND_UP: Final[Schema] = {"enum": ["month", "quarter", "half_year", "year"]}

POLICY: Final[Schema] = {
    "oneOf": [
        closed({"kind": {"const": "never"}}, required=["kind"]),
        closed(
            {"kind": {"const": "rolling"}, "period": DURATION, "round_up": _ROUND_UP},
            required=["kind", "period"],
        ),
        closed(
            {
                "kind": {"const": "fixed_dates"},
                "dates": {"type": "array", "items": _MONTH_DAY, "minItems": 1, "maxItems": 12},
            },
            required=["kind", "dates"],
        ),
        closed(
            {
                "kind": {"const": "end_of_year"},
                "years": {"type": "integer", "minimum": 1, "maximum": 10},
            },
            required=["kind", "years"],
        ),
        closed(
            {
                "kind": {"const": "sliding"},
                "period": DURATION,
                "round_up": _ROUND_UP,
                "activities": {
                    "type": "array",
                    "items": {"type": "string", "maxLength": 60},
                    "minItems": 1,
                    "maxItems": 20,
                },
            },
            required=["kind", "period", "activities"],
        ),
    ]
}
NEVER: Final[Mapping[str, Any]] = {"kind": "never"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """A policy read once, ready to be asked many times."""

    kind: str
    period: Period | None = None
    round_up: Unit | None = None
    dates: tuple[tuple[int, int], ...] = ()
    years: int = 0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Policy":
        return cls(
            kind=told["kind"],
            period=Period.read(told["period"]) if "period" in told else None,
            round_up=Unit(told["round_up"]) if "round_up" in told else None,
            dates=tuple(sorted((int(d[:2]), int(d[3:])) for d in told.get("dates", ()))),
            years=told.get("years", 0),
        )

    def last_day(self, opened_on: date) -> date | None:
        """The last day on which points opened on that day can be used, or None: they never end."""
        if self.kind == "never":
            return None
        if self.kind == "end_of_year":
            return date(opened_on.year + self.years - 1, 12, 31)
        if self.kind == "fixed_dates":
            return _next_of(self.dates, opened_on)
        assert self.period is not None
        last = self.period.on(opened_on)
        return last_day_of(self.round_up, last) if self.round_up else last


def activities_of(policy: Mapping[str, Any] | None) -> frozenset[str]:
    """The types of events that move ends on under this policy; none unless it is sliding."""
    return frozenset((policy or {}).get("activities", ()))


def ends_at(policy: Mapping[str, Any], opened_at: datetime, zone: str) -> datetime | None:
    """The instant at which points opened then end: 00:00 after their last day, in UTC; None: never.

    Counted from opening, in whole local days; a period with hours ends to the second.
    """
    return end_under(Policy.read(policy), opened_at, zone)


def end_under(policy: Policy, opened_at: datetime, zone: str) -> datetime | None:
    """As `ends_at`, for a policy already read."""
    if policy.period is not None and policy.period.seconds and policy.round_up is None:
        return policy.period.after(opened_at, zone=zone).astimezone(UTC)
    return _end_of_what_opens_on(local_day(opened_at, zone), policy, zone)


@lru_cache(
    maxsize=4_096
)  # a few policies, on the days of a few years: what a what-if asks for again and again
def _end_of_what_opens_on(day: date, policy: Policy, zone: str) -> datetime | None:
    last = policy.last_day(day)
    return None if last is None else midnight(last + timedelta(days=1), zone)


def _next_of(dates: tuple[tuple[int, int], ...], day: date) -> date:
    """The first of these days of the year that is not before `day`; 29 February falls on the 28th."""
    for year in (day.year, day.year + 1):
        for month, number in dates:
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            held = 28 if (month, number) == (2, 29) and not leap else number
            if date(year, month, held) >= day:
                return date(year, month, held)
    raise AssertionError("some date of next year always follows")
