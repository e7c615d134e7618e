"""Importing: a file of events, killed anywhere, comes in once and whole (E-86, E-87)."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from loyalty.events.models import Event
from loyalty.imports.importing import Manner, import_events
from loyalty.imports.keeping.writing import refused_rows
from loyalty.imports.models import Import
from loyalty.imports.taking import events as taking
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.models import Program
from tests.world.earning import a_cafe
from tests.world.events import COUNTER, an_order
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime(2026, 2, 1, 10, tzinfo=UTC)


@pytest.fixture
def cafe():
    return a_cafe(enrol_on_event=True)


def a_file(tmp_path, events):
    path = tmp_path / "events.jsonl"
    lines = [each if isinstance(each, str) else json.dumps(each) for each in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def orders(count, *, days=0):
    return [
        an_order(
            f"order-{n}",
            member=f"ext:guest-{n % 7}",
            total=100,
            at=LONG_AGO + timedelta(days=n * days),
        )
        for n in range(count)
    ]


def imported(cafe, path, *, progress=lambda run: None, **how):
    return import_events(
        program=cafe, path=path, manner=Manner(actor=COUNTER, **how), progress=progress
    )


def counts_of(run):
    return (run.rows, run.outcome["new"], run.outcome["already_there"], run.outcome["refused"])


class TestImportEvents:
    def test_takes_everything_once_and_says_what_it_refused(self, cafe, tmp_path):
        """E-87: each line ends taken, known or refused with a code."""
        told = orders(30)
        path = a_file(
            tmp_path, [*told, told[0], "", "{broken", json.dumps({"type": "x"}), an_order(total=-1)]
        )

        run = imported(cafe, path)

        assert counts_of(run) == (34, 30, 1, 3)
        assert [(r.number, r.code) for r in refused_rows(run)] == [
            (33, "malformed"),
            (34, "malformed"),
            (35, "malformed"),
        ]
        assert (Event.objects.count(), Entry.objects.count()) == (30, 30)
        assert AnnouncedFact.objects.filter(name="import.done").count() == 1

    def test_the_same_file_again_changes_nothing(self, cafe, tmp_path):
        """E-86: upload again, 0 new."""
        path = a_file(tmp_path, orders(5))
        first = imported(cafe, path)
        again = imported(cafe, path)

        assert counts_of(again) == counts_of(first) == (5, 5, 0, 0)
        assert (Import.objects.count(), Event.objects.count()) == (1, 5)

    def test_goes_on_where_it_was_killed(self, cafe, tmp_path, monkeypatch):
        """E-86: lines and cursor commit together; killed between any two chunks, nothing is lost or doubled."""
        monkeypatch.setattr("loyalty.imports.importing.ROWS_AT_ONCE_MAX", 4)
        path = a_file(tmp_path, orders(22))
        seen = []

        class Killed(BaseException):
            """As by kill -9: nobody catches it."""

        def dying(run):
            seen.append(run.rows_done)
            if len(seen) > 1:
                raise Killed

        for _death in range(10):
            seen.clear()
            try:
                run = imported(cafe, path, progress=dying)
            except Killed:
                continue
            break

        assert counts_of(run) == (22, 22, 0, 0)
        assert (Event.objects.count(), Entry.objects.count()) == (22, 22)

    def test_a_chunk_that_fails_leaves_the_cursor(self, cafe, tmp_path, monkeypatch):
        """E-86: the cursor moves in the unit that takes the lines, or not at all."""
        path = a_file(tmp_path, orders(3))

        def failing(**_told):
            raise ZeroDivisionError

        with monkeypatch.context() as broken:
            broken.setattr(taking.take_in, "step", failing)
            with pytest.raises(ZeroDivisionError):
                imported(cafe, path)
        assert (Import.objects.get().rows_done, Event.objects.count()) == (0, 0)

        assert counts_of(imported(cafe, path)) == (3, 3, 0, 0)

    def test_two_at_once_double_nothing(self, cafe, tmp_path, monkeypatch):
        """E-86: whoever comes second waits at the row, and leaves what is behind the cursor."""
        monkeypatch.setattr("loyalty.imports.importing.ROWS_AT_ONCE_MAX", 5)
        path = a_file(tmp_path, orders(40))

        assert at_once(*[lambda: imported(cafe, path)] * 4) == ["done"] * 4

        assert counts_of(Import.objects.get()) == (40, 40, 0, 0)
        assert (Event.objects.count(), Entry.objects.count()) == (40, 40)

    def test_moves_the_clock_of_a_test_programme(self, tmp_path):
        """V-25: what falls due between two days of the file happens between them."""
        cafe = a_cafe(enrol_on_event=True, test=True, at=LONG_AGO - timedelta(days=1))
        Program.objects.filter(pk=cafe.pk).update(test_now=LONG_AGO - timedelta(days=1))
        cafe.refresh_from_db()
        path = a_file(tmp_path, orders(6, days=20))

        run = imported(cafe, path, move_clock=True)

        cafe.refresh_from_db()
        assert counts_of(run) == (6, 6, 0, 0)
        assert cafe.test_now == LONG_AGO + timedelta(days=100)
        assert list(Event.objects.order_by("id").values_list("recorded_at", flat=True)) == [
            LONG_AGO + timedelta(days=20 * n) for n in range(6)
        ]


class TestCommand:
    def test_prints_one_object_and_writes_a_report(self, cafe, tmp_path):
        path = a_file(tmp_path, [*orders(2), "{broken"])
        report, out = tmp_path / "report.csv", io.StringIO()

        call_command(
            "import_events", str(path), program=cafe.slug, json=True, report=report, stdout=out
        )

        told = json.loads(out.getvalue())
        assert (told["lines"], told["new"], told["refused"], told["done"]) == (3, 2, 1, True)
        assert report.read_text().splitlines()[1].startswith("3,refused,malformed,")

    def test_refuses_what_it_cannot_do(self, cafe, tmp_path):
        path = a_file(tmp_path, orders(1))

        for arguments in (
            {"program": "nobody"},
            {"program": cafe.slug, "move_clock": True},
        ):
            with pytest.raises(CommandError):
                call_command("import_events", str(path), **arguments)
        with pytest.raises(CommandError):
            call_command("import_events", str(tmp_path / "nothing"), program=cafe.slug)

        assert not Import.objects.exists()


class TestImportFile:
    """`manage.py import_file`: any kind, previewed or taken (E-85)."""

    def told(self, path, **arguments):
        out = io.StringIO()
        call_command(
            "import_file", str(path), program="corner-cafe", json=True, stdout=out, **arguments
        )
        return json.loads(out.getvalue())

    def test_checks_and_takes(self, cafe, tmp_path):
        path = tmp_path / "members.csv"
        path.write_text("Customer;Notes\nada;x\ngrace;y\n", encoding="utf-8")
        how = {"kind": "members", "column": ["Customer=external_id", "Notes="]}

        previewed = self.told(path, check=True, **how)
        assert (previewed["state"], previewed["new"]) == ("ready", 2)
        taken = self.told(path, **how)

        assert (taken["state"], taken["new"], taken["done"]) == ("done", 2, True)
        assert set(Member.objects.values_list("external_id", flat=True)) == {"ada", "grace"}

    def test_refuses_what_it_cannot_read(self, cafe, tmp_path):
        path = tmp_path / "members.csv"
        path.write_bytes(b"\xff\xfe")

        with pytest.raises(CommandError):
            self.told(path, kind="members")
        with pytest.raises(CommandError):
            self.told(path, kind="members", column=["nonsense"])

        assert not Import.objects.exists()
