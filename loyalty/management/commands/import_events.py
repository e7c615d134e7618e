"""`manage.py import_events FILE.jsonl`: bulk intake of events, with a progress bar; run again, it goes on."""

import json
import logging
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.imports.importing import Manner, import_events
from loyalty.imports.kinds import EventsAs
from loyalty.imports.models import Import
from loyalty.management.importing import Bar, in_lines, summary_of, write_report
from loyalty.programs.models import Program


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
        parser.add_argument(
            "--history",
            action="store_true",
            help="past events bring no points; they count for reports, and for tiers by spend or orders",
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
        manner = Manner(
            actor=job("import_events"),
            move_clock=told["move_clock"],
            events_as=EventsAs.HISTORY if told["history"] else EventsAs.EARN,
        )
        try:
            with Bar("events") as bar:
                run = import_events(
                    program=program, path=told["file"], manner=manner, progress=bar.show
                )
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        if told["report"]:
            write_report(run, told["report"])
        self._print(run, as_json=told["json"])

    def _print(self, run: Import, *, as_json: bool) -> None:
        answer = summary_of(run)
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in in_lines(answer):
            self.stdout.write(line)
