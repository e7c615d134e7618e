"""Paying with points: blocks, the most that may be used, and what they are worth (E-76, E-77). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

# What holds where a pay block leaves it out (section 15 of the page on earning).
MIN_POINTS: Final = 500
MAX_SHARE: Final = "0.5"


@dataclass(frozen=True, kw_only=True, slots=True)
class PayTerms:
    """`points_per_block` points pay `money_per_block` minor units of the programme's currency."""

    points_per_block: int
    money_per_block: int
    min_points: int = MIN_POINTS
    max_share: str = MAX_SHARE

    @classmethod
    def read(cls, pay: Mapping[str, Any]) -> "PayTerms | None":
        """The terms in a pay block; None if there is none: then these points cannot pay."""
        return cls(**pay) if pay else None

    def worth(self, points: int) -> Fraction:
        """What these points are worth in minor units of the programme's currency, exactly."""
        return Fraction(points * self.money_per_block, self.points_per_block)

    def points_within(self, goods: Fraction) -> int:
        """The most points that goods of this worth allow, in whole blocks."""
        share = goods * Fraction(Decimal(self.max_share))
        return int(share / self.money_per_block) * self.points_per_block


@dataclass(frozen=True, kw_only=True, slots=True)
class Trim:
    """One limit that let fewer points through: `available`, `share`, `block` or `minimum`."""

    code: str
    limit: int
    before: int
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What limits the points that pay for one order: those at hand, and those that its goods allow."""

    terms: PayTerms
    available: int
    within_share: int


def trimmed(wanted: int, *, room: Room) -> tuple[int, list[Trim]]:
    """How many of these points may be used, and every limit that took some off, in the order of E-76."""
    trims: list[Trim] = []
    block = room.terms.points_per_block
    left = _down(wanted, to=room.available, code="available", limit=room.available, trims=trims)
    left = _down(left, to=room.within_share, code="share", limit=room.within_share, trims=trims)
    left = _down(left, to=left - left % block, code="block", limit=block, trims=trims)
    least = room.terms.min_points
    if left < least:
        left = _down(left, to=0, code="minimum", limit=least, trims=trims)
    return left, trims


def most_usable(*, room: Room) -> tuple[int, list[Trim]]:
    """The most points that may be used, and what holds them there (E-76)."""
    return trimmed(room.available, room=room)


def value_in(worth: Fraction, *, factor: Fraction) -> int:
    """A worth in programme currency in minor units of the order's: converted once, rounded down (E-76)."""
    return int(worth / factor)


def _down(points: int, *, to: int, code: str, limit: int, trims: list[Trim]) -> int:
    if points <= to:
        return points
    trims.append(Trim(code=code, limit=limit, before=points, after=to))
    return to
