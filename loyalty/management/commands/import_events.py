"""`manage.py import_events FILE.jsonl`: bulk intake of events, with a progress bar; run again, it goes on."""

import csv
import json
import logging
import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.imports.importing import Manner, import_events
from loyalty.imports.models import EventImport, ImportRefusal
from loyalty.programs.models import Program

REFUSALS_SHOWN_MAX: Final = 20


class Command(BaseCommand):
    help = (
        "Take in a file of events, one JSON object a line, as POST /v1/events takes them. Events of any age are taken; "
        "each counts once, however often it is told. Stopped anywhere, the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON lines in UTF-8")
        parser.add_argument("--program", required=True, help="slug of the programme")
        parser.add_argument(
            "--move-clock",
            action="store_true",
            help="move the test programme's clock along, day by day; lines in order of time",
        )
        parser.add_argument("--report", type=Path, help="write refused lines to this CSV file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            raise CommandError(f"There is no programme {told['program']}.")
        if told["move_clock"] and not program.is_test:
            raise CommandError("Only a test programme has a clock that can be moved.")
        if not told["file"].is_file():
            raise CommandError(f"There is no file {told['file']}.")
        if told["move_clock"]:  # a log line for each job of each day would bury the bar
            logging.getLogger("loyalty").setLevel(logging.WARNING)
        manner = Manner(actor=job("import_events"), move_clock=told["move_clock"])
        try:
            with Bar() as bar:
                run = import_events(
                    program=program, path=told["file"], manner=manner, progress=bar.show
                )
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        if told["report"]:
            write_report(run, told["report"])
        self._print(run, as_json=told["json"])

    def _print(self, run: EventImport, *, as_json: bool) -> None:
        first = run.refusals.order_by("line")[:REFUSALS_SHOWN_MAX]
        answer = {
            "import": run.shown_id,
            "lines": run.lines,
            "new": run.fresh,
            "already_there": run.already_there,
            "refused": run.refused,
            "done": run.done_at is not None,
            "refusals": [
                {"line": row.line, "code": row.code, "sentence": row.sentence} for row in first
            ],
        }
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            f"{run.lines} lines: {run.fresh} new, {run.already_there} already there, "
            f"{run.refused} refused"
        )
        for row in first:
            self.stdout.write(f"  line {row.line}: {row.code}: {row.sentence}")
        if run.refused > REFUSALS_SHOWN_MAX:
            self.stdout.write("  … and more: --report FILE.csv lists them all")


class Bar:
    """A progress bar on standard error, with lines as its measure."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, run: EventImport) -> None:
        """Move to where the import stands."""
        if self._bar is None:
            self._bar = tqdm(total=run.lines, unit=" events", file=sys.stderr, mininterval=0.5)
        self._bar.update(run.lines_done - self._bar.n)


def write_report(run: EventImport, path: Path) -> None:
    """All refused lines as CSV; text that a spreadsheet could take for a formula is defused (S-51)."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["line", "code", "sentence"])
        rows = ImportRefusal.objects.filter(event_import=run).order_by("line")
        for row in rows.iterator(chunk_size=5_000):
            sentence = f"'{row.sentence}" if row.sentence[:1] in "=+-@\t\r\n" else row.sentence
            writer.writerow([row.line, row.code, sentence])
