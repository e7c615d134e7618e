"""Counting and stacking (E-30 to E-33): from the rules that apply to whole points. Pure, exact until the one rounding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, prod
from typing import Any, Final

from loyalty.earning.basis import SHIPPING, Basis, CountedLine
from loyalty.earning.rules.clauses import Clause, Pick

_HALF: Final = Fraction(1, 2)
_ONE: Final = Fraction(1)

Step = dict[str, Any]  # a code and exact numbers; an explanation keeps them as text


@dataclass(frozen=True, slots=True)
class Multiplier:
    """One factor: of the tier (no rule), or of a rule with `multiplier`; `pick` None means every line."""

    by: Fraction
    pick: Pick | None = None
    rule: str = ""


@dataclass(slots=True)
class Counted:
    """What a base rule gives before limits: the exact fraction, whole points, and the steps between."""

    clause: Clause
    exact: Fraction
    points: int
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Share:
    """Points of one line before multipliers; the line is None for what the whole event earns."""

    line: CountedLine | None
    points: Fraction


def exact_text(number: Fraction | int) -> str:
    """An exact number as text: a decimal if it ends, else `numerator/denominator`."""
    numerator, denominator = number.numerator, number.denominator
    if denominator == 1:  # most numbers of most explanations
        return str(numerator)
    twos, fives, rest = 0, 0, denominator
    while not rest % 2:
        rest, twos = rest // 2, twos + 1
    while not rest % 5:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{numerator}/{denominator}"
    places = max(twos, fives)
    digits = str(abs(numerator) * 10**places // denominator).rjust(places + 1, "0")
    sign = "-" if numerator < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def picked_lines(clause: Clause, basis: Basis | None) -> tuple[CountedLine, ...]:
    """The lines that this rule looks at; counted shipping is no line that could be picked."""
    if basis is None:
        return ()
    pick = clause.pick
    if pick is None:
        return basis.lines
    return tuple(
        counted
        for counted in basis.lines
        if counted.line.line_id != SHIPPING and pick.picks(counted.line)
    )


def counts_for(clause: Clause, basis: Basis) -> bool:
    """Whether anything counts of the lines that this rule looks at (E-12): what is left out or free gives nothing."""
    if clause.pick is None:
        return bool(basis.worth)
    return any(counted.worth for counted in picked_lines(clause, basis))


def count(
    clause: Clause,
    *,
    basis: Basis | None,
    multipliers: Sequence[Multiplier],
    max_multiplier: Fraction,
    rounding: str,
) -> Counted:
    """Points of one base rule: Σ over its lines of base times multipliers, held to `max_multiplier`, rounded once."""
    multipliers = multipliers if clause.multipliable else ()
    shares = _shares(clause, basis, multipliers, max_multiplier=max_multiplier)
    exact = _sum([share.points for share in shares])
    worth = _sum([share.line.worth for share in shares if share.line])
    steps: list[Step] = [_base_step(clause, worth, after=exact)]
    if exact and multipliers:
        exact = _multiplied(shares, multipliers, max_multiplier=max_multiplier, steps=steps)
    points = rounded(exact, rounding)
    if points != exact:
        steps.append(_step(f"rounded_{rounding}", before=exact, after=points))
    return Counted(clause, exact, points, steps)


def rounded(exact: Fraction, rounding: str) -> int:
    """Whole points: `down`, `up`, or `half_up`."""
    if rounding == "up":
        return ceil(exact)
    if rounding == "half_up":
        return floor(exact + _HALF)
    return floor(exact)


def stacked(counted: Sequence[Counted], *, stacking: str) -> tuple[list[Counted], Counted | None]:
    """What stands of the rules of one currency, and the one that excluded the others, if any (E-32).

    `sum`: an exclusive rule of highest priority stands alone, else all add up. `best`: only the one with most points;
    ties go to priority, then the older rule. `counted` comes in that order.
    """
    giving = [each for each in counted if each.points]
    if stacking == "best":
        alone = max(giving, key=lambda each: each.points, default=None)
    else:
        alone = next((each for each in giving if each.clause.exclusive), None)
    if alone is None:
        return list(counted), None
    return [alone], alone


def _shares(
    clause: Clause,
    basis: Basis | None,
    multipliers: Sequence[Multiplier],
    *,
    max_multiplier: Fraction,
) -> list[Share]:
    if clause.kind == "fixed":
        return [Share(None, Fraction(clause.points))]
    lines = picked_lines(clause, basis)
    if clause.kind in {"per_item", "per_line"}:
        goods = [each for each in lines if each.worth and each.line.line_id != SHIPPING]
        times = [each.line.quantity if clause.kind == "per_item" else 1 for each in goods]
        return [
            Share(each, Fraction(clause.points * many))
            for each, many in zip(goods, times, strict=True)
        ]
    shares = [Share(each, each.worth * clause.rate) for each in lines if each.worth]
    if not clause.whole_steps:
        return shares
    return _in_full_steps(clause, shares, multipliers, max_multiplier=max_multiplier)


def _in_full_steps(
    clause: Clause,
    shares: Sequence[Share],
    multipliers: Sequence[Multiplier],
    *,
    max_multiplier: Fraction,
) -> list[Share]:
    """Full steps of all lines together; what is over is left out where it is multiplied least.

    So less of a line is never worth more, and returns end alike however they are split (E-62).
    """
    left = Fraction(clause.points * floor(_sum([share.points for share in shares]) / clause.points))

    def product(share: Share) -> Fraction:
        factors = (each.by for each in multipliers if _reaches(each, share))
        return min(prod(factors, start=_ONE), max_multiplier)

    stepped = []
    for share in sorted(shares, key=product, reverse=True):
        points = min(share.points, left)
        left -= points
        stepped.append(Share(share.line, points))
    return stepped


def _multiplied(
    shares: Sequence[Share],
    multipliers: Sequence[Multiplier],
    *,
    max_multiplier: Fraction,
    steps: list[Step],
) -> Fraction:
    """Apply each multiplier in turn to the shares that it picks, then hold every product to the most."""
    products = [_ONE] * len(shares)
    before = sum((share.points for share in shares), Fraction(0))
    for multiplier in multipliers:
        reached = [bool(share.points) and _reaches(multiplier, share) for share in shares]
        if multiplier.by == 1 or not any(reached):
            continue
        products = [p * multiplier.by if r else p for p, r in zip(products, reached, strict=True)]
        after = _total(shares, products)
        code, rule = (
            ("multiplied", multiplier.rule) if multiplier.rule else ("tier_multiplier", None)
        )
        steps.append(_step(code, before=before, after=after, by=multiplier.by, rule=rule))
        before = after
    if any(product > max_multiplier for product in products):
        after = _total(shares, [min(product, max_multiplier) for product in products])
        steps.append(_step("max_multiplier", before=before, after=after, limit=max_multiplier))  # fmt: skip
        before = after
    return before


def _total(shares: Sequence[Share], products: Sequence[Fraction]) -> Fraction:
    pairs = zip(shares, products, strict=True)
    return sum((share.points * product for share, product in pairs), Fraction(0))


def _reaches(multiplier: Multiplier, share: Share) -> bool:
    """A share without a line obeys only multipliers without lines (E-31); so does counted shipping."""
    if multiplier.pick is None:
        return True
    if share.line is None or share.line.line.line_id == SHIPPING:
        return False
    return multiplier.pick.picks(share.line.line)


def _base_step(clause: Clause, worth: Fraction, *, after: Fraction) -> Step:
    """The first step; `worth` is that of the lines which the rule looks at."""
    numbers: Mapping[str, Any] = {"each": clause.points}
    if clause.kind == "per_amount":
        numbers = {"each": clause.points, "per": clause.per, "of": worth}
    elif clause.kind in {"per_item", "per_line"}:
        numbers = {"each": clause.points, "of": after / clause.points}
    code = "per_full_amount" if clause.whole_steps else clause.kind
    return _step(code, after=after, **numbers)


def _sum(parts: Sequence[Fraction]) -> Fraction:
    """Their sum; most orders have one line, and adding fractions is what costs most here."""
    return parts[0] if len(parts) == 1 else sum(parts, Fraction(0))


def _step(code: str, *, after: Fraction | int, before: Fraction | None = None, **more: Any) -> Step:
    step: Step = {"code": code}
    if before is not None:
        step["before"] = before
    step["after"] = after
    return step | {name: value for name, value in more.items() if value is not None}
