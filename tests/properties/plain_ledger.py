"""The ledger's rules once more, as plainly as can be: lists, no database, no speed. Histories are held against it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Refused(Exception):
    """The plain ledger says no."""


@dataclass
class PlainLot:
    """What one credit brought; `taken` counts what each entry or hold has of it."""

    size: int
    free: int
    opens: datetime | None
    ends: datetime | None
    is_open: bool
    expired: int = 0

    def is_alive(self, now):
        return self.ends is None or self.ends > now


@dataclass
class PlainHold:
    """Points set aside, lot by lot."""

    taken: list[Any]
    ends: datetime

    @property
    def points(self):
        return sum(points for _, points in self.taken)


@dataclass
class PlainAccount:
    """One member's points in one currency."""

    lots: list[Any] = field(default_factory=list)
    debts: list[Any] = field(default_factory=list)  # [points still owed], oldest first
    holds: list[Any] = field(default_factory=list)
    entries: list[Any] = field(default_factory=list)

    def parts(self):
        return (
            sum(lot.free for lot in self.lots if lot.is_open),
            sum(lot.free for lot in self.lots if not lot.is_open),
            sum(hold.points for hold in self.holds),
            sum(self.debts),
        )

    def spendable(self, now, *, but=()):
        alive = [
            lot
            for lot in self.lots
            if lot.is_open and lot.free and lot.is_alive(now) and not any(lot is x for x in but)
        ]
        return sorted(alive, key=lambda lot: lot.ends or FOR_EVER)

    def credit(self, points, *, now, opens=None, ends=None):
        is_open = opens is None or opens <= now
        lot = PlainLot(size=points, free=points, opens=opens, ends=ends, is_open=is_open)
        self.lots.append(lot)
        self.fill(lot)
        self.entries.append(points)
        return lot

    def fill(self, lot):
        for place, owed in enumerate(self.debts):
            points = min(lot.free, owed)
            lot.free -= points
            self.debts[place] -= points
        self.debts = [owed for owed in self.debts if owed]

    def take(self, points, lots):
        """From these lots in order; what each gave, and what is missing."""
        taken, left = [], points
        for lot in lots:
            share = min(lot.free, left)
            if share:
                lot.free -= share
                left -= share
                taken.append((lot, share))
        return taken, left

    def spend(self, points, *, now):
        lots = self.spendable(now)
        if sum(lot.free for lot in lots) < points:
            raise Refused
        taken, _ = self.take(points, lots)
        self.entries.append(-points)
        return taken

    def hold(self, points, *, now, lasts):
        lots = self.spendable(now)
        if sum(lot.free for lot in lots) < points:
            raise Refused
        taken, _ = self.take(points, lots)
        row = PlainHold(taken=taken, ends=now + lasts)
        self.holds.append(row)
        return row

    def capture(self, row, points, *, now):
        if row not in self.holds or row.ends <= now or points > row.points:
            raise Refused
        spent, left = [], points
        back = []
        for lot, share in row.taken:
            paid = min(share, left)
            left -= paid
            if paid:
                spent.append((lot, paid))
            if share - paid:
                lot.free += share - paid
                back.append(lot)
        self.holds.remove(row)
        self.entries.append(-points)
        self.settle(back, now=now)
        return spent

    def release(self, row, *, now):
        if row not in self.holds:
            return
        self.holds.remove(row)
        for lot, share in row.taken:
            lot.free += share
        self.settle([lot for lot, _ in row.taken], now=now)

    def settle(self, lots, *, now):
        """What came back to lots fills debts, or expires with a lot that has ended."""
        for lot in lots:
            if lot.is_alive(now):
                self.fill(lot)
            elif lot.free:
                self.expire(lot)

    def expire(self, lot):
        self.entries.append(-lot.free)
        lot.expired += lot.free
        lot.free = 0

    def claim(self, lot, points, *, take, now):
        if lot.free and lot.is_open and not lot.is_alive(now):
            self.expire(lot)
        left = points
        pending = min(left, lot.free) if not lot.is_open else 0
        left -= pending
        own = other = expired = owing = 0
        if take != "only_pending":
            own = min(left, lot.free) if lot.is_open else 0
            left -= own
            expired = min(left, lot.expired)
            left -= expired
            others = self.spendable(now, but=[lot])
            other = min(left, sum(each.free for each in others))
            left -= other
            if take == "owe":
                owing, left = left, 0
            self.take(other, others)
        lot.free -= pending + own
        lot.expired -= expired
        if owing:
            self.debts.append(owing)
        total = pending + own + other + owing
        if total:
            self.entries.append(-total)
        return {"pending": pending, "own": own, "expired": expired, "other": other, "owing": owing}

    def give_back(self, taken, points, *, grace, now, revived):
        """Last taken first; `revived` is the end that a lot past its date gets, with grace."""
        if points > sum(share for _, share in taken):
            raise Refused
        left, touched = points, []
        for place in reversed(range(len(taken))):
            lot, share = taken[place]
            back = min(left, share)
            if back:
                self.end_before_giving(lot, now=now, revived=revived if grace else None)
                taken[place] = (lot, share - back)
                lot.free += back
                left -= back
                touched.append(lot)
        for lot in touched:
            if lot.is_alive(now):
                self.fill(lot)
        self.entries.append(points)
        self.settle([lot for lot in touched if not lot.is_alive(now)], now=now)

    def end_before_giving(self, lot, *, now, revived):
        """A lot that has ended lets go of what is still in it, and revives if there is a grace."""
        if not lot.is_alive(now):
            if lot.free:
                self.expire(lot)
            lot.ends = revived or lot.ends

    def pass_time(self, now):
        for row in [each for each in self.holds if each.ends <= now]:
            self.release(row, now=now)
        for lot in self.lots:
            if not lot.is_open and lot.opens and lot.opens <= now:
                lot.is_open = True
                self.fill(lot)
        due = [lot for lot in self.lots if lot.free and lot.ends and lot.ends <= now]
        for lot in sorted(due, key=lambda each: each.ends):
            self.expire(lot)


DAY = timedelta(days=1)
