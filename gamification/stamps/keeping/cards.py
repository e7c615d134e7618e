"""Cards: one running total, and arithmetic (G-67, G-68). Pure: no query, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gamification.stamps.kinds import SIZE

LIMITS: Final[Mapping[str, Any]] = {
    "per_visit": 5,
    "per_day": 10,
    "per_staff_hour": 60,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How many stamps at a time (G-71); None is no limit."""

    per_visit: int | None
    per_day: int | None
    per_staff_hour: int | None
    per_hours: tuple[int, int] | None = None  # so many stamps in so many hours
    minimum_spend: int = 0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Limits":
        """The limits of a wording, with the defaults of what it leaves out."""
        rolling = told.get("per_hours")
        known = {**LIMITS, **told}
        return cls(
            per_visit=known["per_visit"],
            per_day=known["per_day"],
            per_staff_hour=known["per_staff_hour"],
            per_hours=(rolling["stamps"], rolling["hours"]) if rolling else None,
            minimum_spend=told.get("minimum_spend", 0),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """A place on a card and what it gives."""

    at: int
    prize: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reached:
    """A position of a card: `n:p`, and the total that reaches it."""

    occasion: str
    total: int
    position: Position


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """How a card is filled."""

    size: int
    positions: tuple[Position, ...]
    endowed: int
    limits: Limits
    inactivity: str = ""
    ends_on: date | None = None

    @classmethod
    def read(cls, wording: Mapping[str, Any]) -> "Card":
        """The card that a wording states."""
        positions = tuple(
            Position(at=each["at"], prize=each["prize"])
            for each in sorted(wording["positions"], key=lambda each: each["at"])
        )
        expiry = wording.get("expiry", {})
        return cls(
            size=wording.get("size", max(SIZE, positions[-1].at)),
            positions=positions,
            endowed=wording.get("endowed", 0),
            limits=Limits.read(wording.get("limits", {})),
            inactivity=expiry.get("inactivity", ""),
            ends_on=date.fromisoformat(expiry["date"]) if "date" in expiry else None,
        )

    def number(self, total: int) -> int:
        """Which card is open at this total; the first is 1."""
        return total // self.size + 1

    def filled(self, total: int) -> int:
        """How many stamps the open card shows."""
        return total % self.size

    def between(self, above: int, upto: int) -> list[Reached]:
        """The positions that a total passes on its way from `above` (not with it) to `upto`, in order."""
        passed = [
            Reached(
                occasion=f"{number}:{position.at}",
                total=(number - 1) * self.size + position.at,
                position=position,
            )
            for number in range(self.number(above), self.number(upto) + 1)
            for position in self.positions
        ]
        return [each for each in passed if above < each.total <= upto]
