"""Tallying: what comes of a what-if, added up range by range; between two ranges it is JSON."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from loyalty.earning.replaying.simulating import Played, trims_of
from loyalty.foundation.ids import Id, shown

EXTREMES_MAX: Final = 20  # winners, and losers
SAMPLES_MAX: Final = 10
Json = dict[str, Any]


@dataclass(slots=True)
class MemberSum:
    """One member's events together: points by currency, before and after; the change, of what is still valid too."""

    before: Counter[str] = field(default_factory=Counter)
    change: Counter[str] = field(default_factory=Counter)
    change_valid: Counter[str] = field(default_factory=Counter)

    def after(self, currency: str) -> int:
        return self.before[currency] + self.change[currency]


@dataclass(slots=True)
class Tally:
    """The report as it grows. `currency` is the one that the rule gives: members go up and down by it."""

    currency: str
    events: int = 0
    events_changed: int = 0
    members: Counter[str] = field(default_factory=Counter)
    currencies: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    trims: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tiers: Counter[str] = field(default_factory=Counter)
    winners: list[list[Any]] = field(default_factory=list)
    losers: list[list[Any]] = field(default_factory=list)
    samples: list[list[Any]] = field(default_factory=list)
    least: dict[bool, int] = field(default_factory=lambda: {True: -1, False: -1})

    def add_event(self, played: Played) -> None:
        """Count one event, both ways."""
        self.events += 1
        for side, verdict in (("before", played.before), ("after", played.after)):
            for code, much in trims_of(verdict):
                self.trims[code][side] += much
        if played.is_same:
            return
        before, after = played.before.points, played.after.points
        if before != after:
            self.events_changed += 1
            change = after.get(self.currency, 0) - before.get(self.currency, 0)
            self._sample(played, change)

    def add_member(self, member_id: Id, summed: MemberSum, *, balances: Mapping[str, int]) -> None:
        """Count one member. Points that are spent already cannot be missing: the change goes no lower than that."""
        change = summed.change[self.currency]
        self.members["up" if change > 0 else "down" if change < 0 else "same"] += 1
        for slug in summed.before.keys() | summed.change.keys():
            sums = self.currencies[slug]
            sums["before"] += summed.before[slug]
            sums["after"] += summed.after(slug)
            valid = summed.change_valid[slug]
            sums["outstanding"] += max(valid, -max(0, balances.get(slug, 0)))
        row = [
            abs(change),
            shown("mem", member_id),
            summed.before[self.currency],
            summed.after(self.currency),
        ]
        if change:
            self._extreme(self.winners if change > 0 else self.losers, row)

    def add_move(self, before: str, after: str) -> None:
        self.tiers[f"{before}>{after}"] += 1

    def _extreme(self, kept: list[list[Any]], row: list[Any]) -> None:
        if len(kept) == EXTREMES_MAX and row[0] <= kept[-1][0]:
            return
        kept.append(row)
        kept.sort(key=lambda each: (-each[0], each[1]))
        del kept[EXTREMES_MAX:]

    def _sample(self, played: Played, change: int) -> None:
        """The biggest changes either way: at most ten of each, of which the report shows ten."""
        is_up = change >= 0
        if abs(change) <= self.least[is_up]:
            return
        kin = [each for each in self.samples if (each[0] >= 0) == is_up]
        if len(kin) == SAMPLES_MAX:
            self.samples.remove(min(kin, key=_size))
        row = [
            change,
            shown("evt", played.recalled.told.event_id),
            played.before.explain(),
            played.after.explain(),
        ]
        self.samples.append(row)
        self._raise_the_bar()

    def _raise_the_bar(self) -> None:
        """How big a change must at least be to push out another sample, for each way."""
        for is_up in (True, False):
            sizes = sorted(_size(each) for each in self.samples if (each[0] >= 0) == is_up)
            self.least[is_up] = sizes[0] if len(sizes) == SAMPLES_MAX else -1

    def as_json(self) -> Json:
        return {
            "currency": self.currency,
            "events": self.events,
            "events_changed": self.events_changed,
            "members": dict(self.members),
            "currencies": {slug: dict(sums) for slug, sums in self.currencies.items()},
            "trims": {code: dict(sums) for code, sums in self.trims.items()},
            "tiers": dict(self.tiers),
            "winners": self.winners,
            "losers": self.losers,
            "samples": self.samples,
        }

    @classmethod
    def from_json(cls, told: Json, *, currency: str) -> "Tally":
        tally = cls(currency=currency)
        if not told:
            return tally
        tally.events, tally.events_changed = told["events"], told["events_changed"]
        tally.members, tally.tiers = Counter(told["members"]), Counter(told["tiers"])
        for name, sums in told["currencies"].items():
            tally.currencies[name] = Counter(sums)
        for code, sums in told["trims"].items():
            tally.trims[code] = Counter(sums)
        tally.winners, tally.losers = told["winners"], told["losers"]
        tally.samples = told["samples"]
        tally._raise_the_bar()
        return tally


def chosen_samples(samples: Iterable[list[Any]]) -> list[list[Any]]:
    """Ten of them: five up and five down, or more of one where the other has fewer."""
    biggest = sorted(samples, key=lambda each: (-_size(each), each[1]))
    ups = [each for each in biggest if each[0] >= 0]
    downs = [each for each in biggest if each[0] < 0]
    half = SAMPLES_MAX // 2
    up = min(len(ups), max(half, SAMPLES_MAX - len(downs)))
    return [*ups[:up], *downs[: SAMPLES_MAX - up]]


def _size(row: list[Any]) -> int:
    return abs(int(row[0]))
