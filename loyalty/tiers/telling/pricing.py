"""Pricing: what multipliers and gifts of two ladders cost, by what members earned in the last twelve months (T-40)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from loyalty.programs.models import PointCurrency, Program
from loyalty.tiers.maths.values import Tier

MONTHS: Final = 12
NO_BONUS: Final = "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """Members who are alike: how many, what they earned together in a year, whether their birthdays are known."""

    members: int = 1
    earned: int
    has_birthday: bool


@dataclass(kw_only=True, slots=True)
class Worth:
    """Points that a ladder brings beyond what rules give: by multipliers and gifts in a year; and rewards, by slug."""

    multipliers: Fraction = Fraction(0)
    gifts: int = 0
    rewards: Counter[str] = field(default_factory=Counter)

    @property
    def points(self) -> int:
        return int(self.multipliers) + self.gifts

    def add(self, tier: Tier, *, base: Fraction, occasions: list[str]) -> None:
        """One member of this tier, who earned `base` points before any multiplier and has these occasions for gifts."""
        self.multipliers += base * (multiplier_of(tier) - 1)
        for occasion in occasions:
            told: Mapping[str, Any] = tier.benefits.get(occasion, {})
            self.gifts += told.get("points", 0)
            if "reward" in told:
                self.rewards[told["reward"]] += 1


def multiplier_of(tier: Tier) -> Fraction:
    return Fraction(tier.benefits.get("multiplier", NO_BONUS))


def money_of(points: int, *, program: Program, currency_id: Any) -> int | None:
    """What so many points pay, in minor units of the programme's currency; None if they pay nothing."""
    pay = PointCurrency.objects.filter(program=program, pk=currency_id).values_list(
        "pay", flat=True
    )
    told = pay.first()
    if not told:
        return None
    return points * int(told["money_per_block"]) // int(told["points_per_block"])
