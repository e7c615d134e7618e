"""Spreading: a whole number in whole parts, so that the parts add up to it."""

from collections.abc import Sequence
from fractions import Fraction


def spread(whole: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by weight: largest remainder first, ties to the earlier one.

    Hamilton's method; Balinski and Young, "Fair Representation", 1982.
    """
    total = sum(weights)
    if not total:
        return [0 for _weight in weights]
    exact = [Fraction(whole * weight, total) for weight in weights]
    parts = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return parts
