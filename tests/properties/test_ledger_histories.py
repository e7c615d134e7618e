"""Any history of two members' points ends as the plain ledger says, step by step (V-62)."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.refusals import DomainError
from loyalty.ledger.merging import merge
from loyalty.ledger.models import Account
from loyalty.members.models import Member
from loyalty.programs.calendar import midnight
from tests.loyalty.ledger.test_moving import sent
from tests.properties.plain_ledger import DAY, PlainAccount, Refused
from tests.world.ledger import (
    NOW,
    TILL,
    a_hold,
    a_member,
    captured,
    claimed,
    given_back,
    lots_of,
    movements_of,
    moving,
    parts_of,
    posted,
    released,
    time_passes,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

HISTORIES = 60
PARTS_OF_IT = 6  # so that several workers share them
STEPS = 40
PARTS = """
    SELECT member_id, available, pending, held, negative FROM loyalty_account
    JOIN loyalty_pointcurrency currency ON currency.id = currency_id AND currency.slug = 'stars'
    WHERE member_id = ANY(%s)
"""


class Machine:
    """The real ledger and the plain one, told the same things."""

    def __init__(self, cafe, seed):
        self.cafe, self.random, self.now = cafe, random.Random(seed), NOW
        self.members = [a_member(cafe, f"{name}-{seed}") for name in ("ada", "grace")]
        self.plain = [PlainAccount(), PlainAccount()]
        self.earned, self.spent, self.holds = [], [], []

    def step(self):
        names = [
            *["earn"] * 7, *["spend"] * 4, *["hold"] * 3, *["capture"] * 2, "release", *["claim"] * 3,
            *["give_back"] * 3, "transfer", "adjust", *["pass_time"] * 2, "tell_twice",
        ]  # fmt: skip
        getattr(self, self.random.choice(names))()

    def both(self, real, plain):
        """Do it in both; they refuse together or succeed together. Answers what each said, or nothing."""
        try:
            said = plain()
        except Refused:
            with pytest.raises(DomainError):
                real()
            return None
        return real(), said

    def who(self):
        place = self.random.choice([0, 0, 0, 1])
        return place, self.members[place], self.plain[place]

    def points(self):
        return self.random.choice([1, 5, 10, 20, 30])

    def parts(self):
        """What both members have, in one query."""
        with connection.cursor() as cursor:
            cursor.execute(PARTS, [[member.pk for member in self.members]])
            rows = {row[0]: row[1:] for row in cursor.fetchall()}
        return [rows.get(member.pk, (0, 0, 0, 0)) for member in self.members]

    def earn(self):
        place, member, plain = self.who()
        points = self.random.choice([20, 50, 100])
        opens = self.random.choice([None, None, self.now + 3 * DAY, self.now + 20 * DAY])
        ends = self.random.choice(
            [None, self.now + 10 * DAY, self.now + 30 * DAY, self.now + 60 * DAY]
        )
        movement = moving(points, of=member, opens=opens, ends=ends)
        [real] = posted(movement, at=self.now)
        lot = plain.credit(points, now=self.now, opens=opens, ends=ends)
        self.earned.append((place, real, lot, movement))

    def spend(self):
        place, member, plain = self.who()
        points = self.points()
        both = self.both(
            lambda: posted(moving(-points, of=member), at=self.now),
            lambda: plain.spend(points, now=self.now),
        )
        if both:
            self.spent.append((place, both[0][0].entry_id, both[1]))

    def hold(self):
        place, member, plain = self.who()
        points, lasts = (
            self.points(),
            self.random.choice([timedelta(minutes=15), timedelta(hours=24)]),
        )
        if len(plain.holds) == 20:
            return
        both = self.both(
            lambda: a_hold(member, points, at=self.now, lasts=lasts),
            lambda: plain.hold(points, now=self.now, lasts=lasts),
        )
        if both:
            self.holds.append((place, *both))

    def capture(self):
        if not self.holds:
            return
        place, row, held = self.random.choice(self.holds)
        points = max(1, held.points - self.random.choice([0, 0, 3]))
        order = f"order-{self.random.random()}"
        both = self.both(
            lambda: captured(row, order, points=points, at=self.now),
            lambda: self.plain[place].capture(held, points, now=self.now),
        )
        if both:
            self.spent.append((place, both[0].captures.get().pk, both[1]))
            self.holds.remove((place, row, held))

    def release(self):
        if self.holds:
            place, row, held = self.random.choice(self.holds)
            released(row, at=self.now)
            self.plain[place].release(held, now=self.now)
            self.holds.remove((place, row, held))

    def claim(self):
        if not self.earned:
            return
        place, real, lot, _ = self.random.choice(self.earned)
        points = self.random.choice([min(self.points(), lot.size), lot.size])
        take = self.random.choice(["owe", "within_balance", "only_pending"])
        covered = claimed(points, real, take=take, at=self.now)
        told = self.plain[place].claim(lot, points, take=take, now=self.now)
        assert {name: getattr(covered, name) for name in told} == told

    def give_back(self):
        if not self.spent:
            return
        place, entry_id, taken = self.random.choice(self.spent)
        points = self.points()
        grace = self.random.choice(["P0D", "P30D"])
        revived = midnight(self.now.date() + timedelta(days=31), "UTC")
        self.both(
            lambda: given_back(points, entry_id, program=self.cafe, grace=grace, at=self.now),
            lambda: self.plain[place].give_back(
                taken, points, grace=grace != "P0D", now=self.now, revived=revived
            ),
        )

    def transfer(self):
        place, member, plain = self.who()
        points, other = self.points(), 1 - place

        def plainly():
            for lot, share in plain.spend(points, now=self.now):
                made = self.plain[other].credit(share, now=self.now, ends=lot.ends)
                self.plain[other].entries.pop()
                assert made is not None
            self.plain[other].entries.append(points)

        self.both(lambda: sent(points, sender=member, to=self.members[other], at=self.now), plainly)

    def adjust(self):
        _, member, plain = self.who()
        points = self.points()
        if self.random.random() < 0.5:
            posted(moving(points, of=member, kind="adjust_credit"), at=self.now)
            plain.credit(points, now=self.now)
            return
        self.both(
            lambda: posted(moving(-points, of=member, kind="adjust_debit"), at=self.now),
            lambda: plain.spend(points, now=self.now),
        )

    def pass_time(self):
        self.now += self.random.choice([timedelta(minutes=20), 5 * DAY, 20 * DAY])
        time_passes(self.cafe, to=self.now)
        for plain in self.plain:
            plain.pass_time(self.now)
        self.holds = [each for each in self.holds if each[2] in self.plain[each[0]].holds]

    def tell_twice(self):
        """A double of something long told changes nothing."""
        if self.earned:
            movement = self.random.choice(self.earned)[3]
            [again] = posted(movement, at=self.now)
            assert again.repeated


@pytest.mark.parametrize("part", range(PARTS_OF_IT))
def test_any_history_ends_as_the_plain_ledger_says(part):
    """V-62, V-67: sixty histories of forty steps; a wrong one tells its seed. Rebuilt, the accounts are the same."""
    cafe = a_program(zone="UTC", transfers={"per_day": 10**9})
    for seed in range(part, HISTORIES, PARTS_OF_IT):
        machine = Machine(cafe, seed)
        for number in range(STEPS):
            machine.step()
            expected = [plain.parts() for plain in machine.plain]
            assert machine.parts() == expected, f"seed {seed}, step {number}"
        for member, plain in zip(machine.members, machine.plain, strict=True):
            assert movements_of(member) == plain.entries, f"seed {seed}"
            assert lots_of(member) == [lot.free for lot in plain.lots], f"seed {seed}"
        if not any(plain.holds for plain in machine.plain):
            merge_them(machine)
    violations = [each for each in prove(Scope(program_id=cafe.pk)) if each.name != "holds end"]
    assert violations == []
    accounts = list(Account.objects.order_by("pk").values())
    Account.objects.update(pending=F("pending") + 1)
    call_command("rebuild", "balances", "--program", cafe.slug)
    assert list(Account.objects.order_by("pk").values()) == accounts


def merge_them(machine):
    """At the end the first membership goes into the second: nothing is lost."""
    before = [sum(plain.parts()[:2]) - plain.parts()[3] for plain in machine.plain]
    source, target = (
        Member.objects.select_related("program")
        .filter(pk__in=[member.pk for member in machine.members])
        .order_by("pk")
    )
    merge(program=machine.cafe, source=source, target=target, actor=TILL, at=machine.now)
    available, pending, held, negative = parts_of(target)
    assert available + pending + held - negative == sum(before)
    assert parts_of(source) == (0, 0, 0, 0)
