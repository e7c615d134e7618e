"""Proving: a clean ledger is clean, each planted fault is named, and caches are rebuilt (L-70 to L-72, V-35 to V-38, V-63)."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.ledger.models import Account, Lot, Seal
from loyalty.ledger.proofs.sealing import seal
from tests.world.ledger import (
    a_hold,
    a_member,
    account_of,
    captured,
    claimed,
    day,
    entries_of,
    given_back,
    in_unit,
    moving,
    parts_of,
    posted,
    time_passes,
)
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_program(zone="UTC")


@pytest.fixture
def ada(cafe):
    """Ada, to whom a bit of everything has happened."""
    ada = a_member(cafe)
    [earned, *_] = posted(
        moving(100, of=ada, ends=day("04-01")),
        moving(50, of=ada),
        moving(30, of=ada, ends=day("03-01")),
        moving(40, of=ada, opens=day("02-01")),
    )
    posted(moving(-20, of=ada))
    row = captured(a_hold(ada, 30), points=20)
    given_back(10, row.captures.get().pk, program=cafe)
    a_hold(ada, 15)
    claimed(400, earned)
    time_passes(cafe, to=day("02-02"))
    return ada


def with_sql(sql, *values):
    """A fault, planted past every rule: triggers and constraints look away."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def found(cafe, **scope):
    """What verify names: invariants, and the rows."""
    return [
        (each.invariant, each.name, each.row)
        for each in prove(Scope(program_id=cafe.pk, **scope))
        if each.name != "holds end"
    ]


def test_a_clean_ledger_is_clean(cafe, ada):
    """V-35"""
    assert found(cafe) == []
    assert parts_of(ada) == (0, 0, 0, 210)


class TestPlantedFaults:
    def test_in_a_balance(self, cafe, ada):
        """V-63: I1"""
        with_sql("UPDATE loyalty_account SET held = held + 1 WHERE member_id = %s", ada.pk)

        told = found(cafe)

        assert ("I1", "account parts", account_of(ada).shown_id) in told
        assert ("I10", "counterparts") in [(number, name) for number, name, _ in told]

    def test_in_a_lot(self, cafe, ada):
        """V-63: I1, I7"""
        lot = Lot.objects.filter(account__member=ada, free=0).first()
        with_sql("UPDATE loyalty_lot SET free = 1 WHERE id = %s", lot.pk)

        assert ("I1", "lot parts", lot.shown_id) in found(cafe)

    def test_in_the_numbers(self, cafe, ada):
        """V-63: I2"""
        gone, after = entries_of(ada)[1:3]
        with_sql("UPDATE loyalty_entry SET number = 99 WHERE id = %s", gone.pk)

        assert ("I2", "numbers and balances", after.shown_id) in found(cafe)

    def test_in_a_balance_after(self, cafe, ada):
        """V-63: I2"""
        entry = entries_of(ada)[2]
        with_sql("UPDATE loyalty_entry SET balance_after = 1 WHERE id = %s", entry.pk)

        assert found(cafe) == [("I2", "numbers and balances", entry.shown_id)]

    def test_in_who_may_owe(self, cafe, ada):
        """V-63: I3"""
        owing = next(entry for entry in entries_of(ada) if entry.kind == "return_earned")
        with_sql("UPDATE loyalty_entry SET kind = 'spend' WHERE id = %s", owing.pk)

        assert ("I3", "debts", owing.shown_id) in found(cafe)

    def test_in_what_an_entry_took(self, cafe, ada):
        """V-63: I7"""
        spent = next(entry for entry in entries_of(ada) if entry.kind == "spend")
        with_sql("DELETE FROM loyalty_draw WHERE entry_id = %s", spent.pk)

        assert ("I7", "entries and draws", spent.shown_id) in found(cafe)

    def test_in_when_a_lot_was_taken_from(self, cafe, ada):
        """V-63: I7"""
        lot = Lot.objects.get(account__member=ada, size=30)
        with_sql("UPDATE loyalty_lot SET expires_at = '2026-01-01Z' WHERE id = %s", lot.pk)

        assert {(number, name) for number, name, _ in found(cafe)} == {("I7", "times of draws")}

    def test_in_a_hold_that_never_ends(self, cafe, ada):
        """V-63: I7"""
        grace = a_member(cafe, "grace", points=5)
        a_hold(grace, 5)

        told = [each.name for each in prove(Scope(program_id=cafe.pk))]

        assert told == ["holds end"]

    def test_in_a_sealed_day(self, cafe, ada):
        """V-37, L-72"""
        in_unit(seal, program=cafe, day=date(2026, 1, 10))
        last = in_unit(seal, program=cafe, day=date(2026, 1, 11))
        assert found(cafe) == []

        with_sql("UPDATE loyalty_entry SET reason = 'x' WHERE id = %s", entries_of(ada)[0].pk)

        assert [row for _, name, row in found(cafe) if name == "seals"] == [
            Seal.objects.get(day=date(2026, 1, 10)).shown_id
        ]
        assert last.previous != ""

    def test_in_another_members_account_are_not_looked_at(self, cafe, ada):
        """V-35: --member"""
        grace = a_member(cafe, "grace", points=5)
        with_sql("UPDATE loyalty_account SET held = held + 1 WHERE member_id = %s", ada.pk)

        assert found(cafe, member_id=grace.pk) == []
        assert len(found(cafe, member_id=ada.pk)) == 1
        assert len(found(cafe, sample=50)) == 1


class TestCommand:
    def test_ends_with_zero_when_all_is_well(self, cafe, capsys):
        """V-35"""
        a_member(cafe, points=5)

        with pytest.raises(SystemExit) as end:
            call_command("verify", "--program", cafe.slug, "--json")

        assert end.value.code == 0
        assert json.loads(capsys.readouterr().out) == {"clean": True, "violations": []}

    def test_ends_with_one_and_names_the_row(self, cafe, capsys):
        """V-35"""
        ada = a_member(cafe, points=5)
        with_sql("UPDATE loyalty_account SET available = 6 WHERE member_id = %s", ada.pk)

        with pytest.raises(SystemExit) as end:
            call_command("verify", "--program", cafe.slug, "--member", "ext:ada")

        assert end.value.code == 1
        assert (
            f"I1 account parts: {account_of(ada).shown_id} found 6/0/0/0/1/6 expected 5/0/0/0/1/5"
            in (capsys.readouterr().out)
        )

    def test_ends_with_two_when_it_cannot_check(self, capsys):
        """V-35"""
        with pytest.raises(SystemExit) as end:
            call_command("verify", "--program", "nowhere")

        assert end.value.code == 2

    def test_rebuild_puts_the_parts_right(self, cafe, ada, capsys):
        """L-71, V-36"""
        before = Account.objects.filter(member=ada).values().get()
        with_sql("UPDATE loyalty_account SET held = held + 1 WHERE member_id = %s", ada.pk)

        call_command("rebuild", "balances", "--program", cafe.slug, "--dry-run")
        assert "1 rows would change" in capsys.readouterr().out
        call_command("rebuild", "balances", "--program", cafe.slug)

        assert Account.objects.filter(member=ada).values().get() == before
        assert found(cafe) == []

    def test_rebuild_puts_lots_right(self, cafe, ada):
        """V-36"""
        with_sql("UPDATE loyalty_lot SET free = free + 1 WHERE size = 50")

        call_command("rebuild", "lots")

        assert found(cafe) == []


def test_a_sealed_day_stays_as_it_is(cafe, ada):
    """L-72"""
    first = in_unit(seal, program=cafe, day=date(2026, 1, 10))

    again = in_unit(seal, program=cafe, day=date(2026, 1, 10))

    assert (again.pk, again.rows) == (first.pk, first.rows)
    assert first.rows == 8
