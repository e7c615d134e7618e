"""Values: a ladder's revision, what was counted by day, and a standing, as plain values."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from loyalty.foundation.ids import Id
from loyalty.tiers.kinds import Drop, How, Metric, OnReturn, Up
from loyalty.tiers.maths.windows import Cycle


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One tier of a revision: what reaches it, what keeps it, what it brings."""

    slug: str
    rank: int
    reach: int
    keep: int
    by_metric: bool = True
    for_life: bool = False
    name: Mapping[str, str]
    benefits: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A ladder's revision: its tiers from the lowest to the highest, and how one moves on them."""

    revision_id: Id
    number: int
    metric: Metric
    currency_id: Id
    cycle: Cycle
    up: Up
    grace_days: int
    drop: Drop
    on_return: OnReturn
    notice: str
    tiers: tuple[Tier, ...]
    mapping: Mapping[str, str]

    @cached_property
    def by_slug(self) -> dict[str, Tier]:
        return {tier.slug: tier for tier in self.tiers}

    @cached_property
    def climbed(self) -> tuple[Tier, ...]:
        """The tiers that counting leads to; the others are given by grant only."""
        return tuple(tier for tier in self.tiers if tier.by_metric)

    @cached_property
    def _reaches(self) -> list[int]:
        return [tier.reach for tier in self.climbed]

    @property
    def lowest(self) -> Tier:
        return self.tiers[0]

    def reached_by(self, counted: int) -> Tier:
        """The highest tier that this much reaches; equality is enough (T-10)."""
        return self.climbed[bisect_right(self._reaches, max(counted, 0)) - 1]

    def below(self, rank: int) -> Tier:
        """The next lower tier by metric (T-17)."""
        return next(tier for tier in reversed(self.climbed) if tier.rank < rank)

    def climbed_above(self, rank: int) -> Tier | None:
        """The next higher tier by metric, if there is one."""
        return next((tier for tier in self.climbed if tier.rank > rank), None)

    def at(self, slug: str) -> Tier:
        """The tier of this name, or the one that a removed name was mapped to, or else the lowest (T-41)."""
        found = self.by_slug.get(slug) or self.by_slug.get(self.mapping.get(slug, ""))
        return found or self.lowest


def last_day_of_year(year: int) -> date:
    """The day that a folded year stands on."""
    return date(year, 12, 31)


class Tally:
    """What a member was counted, by local day: sums over any stretch of days in logarithmic time.

    `years` were folded: each is one row on its last day, which sums know, and no decision hangs on.
    """

    def __init__(
        self, counted: Iterable[tuple[date, int]] = (), *, years: Collection[int] = ()
    ) -> None:
        self._years = frozenset(years)
        self._by_day: dict[date, int] = {}
        for day, amount in counted:
            self._by_day[day] = self._by_day.get(day, 0) + amount
        self._settle()

    def add(self, day: date, amount: int) -> None:
        """Count more on a day, or less with a negative amount; a day never goes below zero (T-7)."""
        day = self.place_of(day)
        is_last = bool(self._days) and day == self._days[-1]
        before = self._by_day.get(day, 0)
        self._by_day[day] = max(before + amount, 0)
        if is_last:
            self._sums[-1] += self._by_day[day] - before
        elif not self._days or day > self._days[-1]:
            self._days.append(day)
            self._sums.append(self._sums[-1] + self._by_day[day])
        else:
            self._settle()

    def place_of(self, day: date) -> date:
        """Where this day's figures stand: on the day itself, or with its folded year."""
        is_folded = day.year in self._years and day not in self._by_day
        return last_day_of_year(day.year) if is_folded else day

    def between(self, first: date, last: date) -> int:
        """What was counted from `first` through `last`."""
        high = bisect_right(self._days, last)
        low = min(bisect_left(self._days, first), high)
        return self._sums[high] - self._sums[low]

    def days(self, first: date = date.min, last: date = date.max) -> list[date]:
        """The days with a row, in order, from `first` through `last`; folded years are no days."""
        found = self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]
        if not self._years:
            return found
        folded = {last_day_of_year(year) for year in self._years}
        return [day for day in found if day not in folded]

    def first_counted(self, first: date, last: date) -> date | None:
        """The earliest day of this stretch on which something counted."""
        return next((day for day in self.days(first, last) if self._by_day[day]), None)

    def __iter__(self) -> Iterator[tuple[date, int]]:
        return iter(sorted(self._by_day.items()))

    def _settle(self) -> None:
        self._days = sorted(self._by_day)
        self._sums = [0, *accumulate(self._by_day[day] for day in self._days)]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The tier a member has earned, and the days that it hangs on.

    `before` is the standing under a climb: a return may give it back (T-25). `next_slug` is a tier noted for the
    start of the next cycle (T-11).
    """

    slug: str
    how: How = How.JOINED
    qualified_on: date | None = None
    counted_through: date | None = None
    through: date | None = None
    grace_through: date | None = None
    before: "Standing | None" = None
    next_slug: str = ""
    next_from: date | None = None
    next_qualified_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Climber:
    """Everything that decides about one member: the terms, what was counted, and when they joined."""

    terms: Terms
    tally: Tally
    joined_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class TierInForce:
    """The tier of a member at an instant, and what it brings then."""

    slug: str
    rank: int
    name: Mapping[str, str]
    multiplier: Fraction
    expiry: Mapping[str, Any] | None
    benefits: Mapping[str, Any]

    @classmethod
    def of(cls, tier: Tier) -> "TierInForce":
        return cls(
            slug=tier.slug,
            rank=tier.rank,
            name=tier.name,
            multiplier=Fraction(tier.benefits.get("multiplier", "1")),
            expiry=tier.benefits.get("expiry"),
            benefits=tier.benefits,
        )
