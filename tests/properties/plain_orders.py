"""Orders and what returns leave of their points, once more and as plainly as can be: E-10 to E-14, E-30 to E-33, E-60 to E-64.

No rule of the product is called. What is told is kept as sums; everything else is worked out anew from them.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

MOST = 5  # the product of all multipliers, where a programme says nothing else


@dataclass
class PlainOrder:
    """What was bought (data of an order.paid without taxes of lines), what paid for it, and what came back by now."""

    data: dict[str, Any]
    has_tax_in_prices: bool = False
    left_out: tuple[str, ...] = ()  # categories
    paid: int = 0  # with points, worth a minor unit each
    pieces: dict[str, int] = field(default_factory=dict)  # returned, by SKU
    money: dict[str, int] = field(default_factory=dict)  # refunded on a line, by SKU
    refunded: int = 0  # on all lines
    shipping: int = 0  # refunded
    is_gone: bool = False  # cancelled or voided

    def told(self, returned):
        """Take in one order.returned, or a cancellation (None)."""
        if returned is None:
            self.is_gone = True
            return
        for line in returned.get("lines", ()):
            for what, kept in (("quantity", self.pieces), ("amount", self.money)):
                kept[line["sku"]] = kept.get(line["sku"], 0) + line.get(what, 0)
        self.refunded += returned.get("amount", 0)
        self.shipping += returned.get("shipping", 0)

    @property
    def lines(self):
        return self.data["lines"]

    def _sum(self, name):
        return self.data.get(name, 0)

    def gross(self):
        """What the buyer paid for each line, in whole minor units (E-60)."""
        amounts = [line["amount"] for line in self.lines]
        off = in_whole_parts(self._sum("discount"), amounts)
        goods = [amount - less for amount, less in zip(amounts, off, strict=True)]
        if self.has_tax_in_prices:
            return goods
        tax = in_whole_parts(self._sum("tax"), [*goods, self._sum("shipping")])
        return [each + of_it for each, of_it in zip(goods, tax, strict=False)]

    def left(self):
        """The share that is left of each line (E-60)."""
        if self.is_gone:
            return [Fraction(0) for _line in self.lines]
        gross, shares = self.gross(), []
        for line, worth in zip(self.lines, gross, strict=True):
            kept = Fraction(line["quantity"] - self.pieces.get(line["sku"], 0), line["quantity"])
            back = Fraction(self.money.get(line["sku"], 0), worth) if worth else 0
            shares.append(max(Fraction(0), kept - back))
        goods = sum(worth * share for worth, share in zip(gross, shares, strict=True))
        whole = max(Fraction(0), 1 - Fraction(self.refunded) / goods) if goods else 1
        return [share * whole for share in shares]

    def pieces_left(self, place):
        line = self.lines[place]
        return line["quantity"] - self.pieces.get(line["sku"], 0) if self.left()[place] else 0

    def worths(self):
        """What counts of each line by now (E-12, E-14)."""
        goods, left = sum(line["amount"] for line in self.lines), self.left()
        net = Fraction(goods - self._sum("discount"), goods) if goods else Fraction(0)
        if self.has_tax_in_prices and self._sum("tax"):
            taxed = goods - self._sum("discount") + self._sum("shipping")
            net *= max(Fraction(0), 1 - Fraction(self._sum("tax"), taxed))
        if self.paid:
            net *= Fraction(max(0, self.data["total"] - self.paid), self.data["total"])
        return [
            Fraction(0) if self._is_left_out(line) else line["amount"] * net * share
            for line, share in zip(self.lines, left, strict=True)
        ]

    def _is_left_out(self, line):
        return line.get("gift_card") or set(self.left_out) & set(line.get("categories", ()))

    def returned(self):
        """C of E-64: the gross value of all that came back, shipping too."""
        total = Fraction(self.data["total"])
        if self.is_gone:
            return total
        kept = sum(g * share for g, share in zip(self.gross(), self.left(), strict=True))
        return min(total, sum(self.gross()) - kept + self.shipping)


def worth_of(order, rule, multipliers, *, tier=1):
    """Points of one rule for what is left of the order, before limits (E-30 to E-33, E-61)."""
    worths, effect = order.worths(), rule["effect"]
    looked_at = [place for place in range(len(worths)) if picks(rule, order.lines[place]) and worths[place]]  # fmt: skip
    if not looked_at or not holds(rule, worths):
        return 0
    n, kind = effect["points"], effect["kind"]
    going = [by for by in multipliers if by["currency"] == rule["currency"] and holds(by, worths)]
    if kind == "fixed":
        by = product([x for x in going if "lines" not in x], tier) if rule.get("multipliable") else 1  # fmt: skip
        return in_points(Fraction(n) * by, rule)
    times = {place: Fraction(1) for place in looked_at}
    if rule.get("multipliable", True):
        times = {
            place: product([x for x in going if picks(x, order.lines[place])], tier)
            for place in looked_at
        }
    if kind == "per_item":
        return in_points(sum(n * order.pieces_left(p) * times[p] for p in looked_at), rule)
    if kind == "per_line":
        return in_points(sum(n * times[p] for p in looked_at), rule)
    counts = {place: worths[place] for place in looked_at}
    if effect.get("whole_steps"):
        rest = effect["per"] * floor(sum(counts.values()) / effect["per"])
        for place in sorted(looked_at, key=lambda place: -times[place]):
            counts[place] = min(counts[place], rest)
            rest -= counts[place]
    return in_points(sum(n * counts[p] / effect["per"] * times[p] for p in looked_at), rule)


def in_points(exact, rule):
    """Whole points, rounded once (E-33)."""
    way = rule.get("rounding", "down")
    return {"down": floor, "up": ceil, "half_up": lambda x: floor(x + Fraction(1, 2))}[way](exact)


def product(multipliers, tier):
    """Of these rules and the tier, held to the most (E-31)."""
    by = Fraction(tier)
    for each in multipliers:
        by *= Fraction(each["effect"]["by"])
    return min(by, Fraction(MOST))


def holds(rule, worths):
    """The one condition that these stories know: the order is worth at least so much."""
    least = [c["order"]["at_least"] for c in rule.get("conditions", {}).get("all", ())]
    return all(floor(sum(worths)) >= each for each in least)


def picks(rule, line):
    """Whether a rule looks at a line: what is excluded is out (E-31)."""
    told = rule.get("lines", {})

    def named(pick):
        categories = set(pick.get("categories", ())) & set(line.get("categories", ()))
        return line["sku"] in pick.get("skus", ()) or bool(categories)

    if named(told.get("exclude", {})):
        return False
    return "include" not in told or named(told["include"])


def in_whole_parts(whole, weights):
    """Largest remainder first, ties to the earlier one."""
    total = sum(weights)
    if not total:
        return [0 for _weight in weights]
    parts = [whole * weight // total for weight in weights]
    rests = sorted(range(len(parts)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in rests[: whole - sum(parts)]:
        parts[place] += 1
    return parts
