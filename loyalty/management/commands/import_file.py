"""`manage.py import_file FILE --kind members`: any kind of import, checked, previewed and taken in one go."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.imports.importing import go_on
from loyalty.imports.kinds import EventsAs, ImportKind, ImportState
from loyalty.imports.models import Import
from loyalty.imports.receiving import look_at, receive
from loyalty.imports.steering import start
from loyalty.management.importing import Bar, in_lines, summary_of, write_report
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program


class Command(BaseCommand):
    help = (
        "Take in a file of members, balances, codes or events (CSV, XLSX or JSON lines): check it, show what it would "
        "bring, and take its rows. With --check nothing is taken. What was taken before is there already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV in UTF-8, XLSX or JSON lines")
        parser.add_argument("--program", required=True, help="slug of the programme")
        parser.add_argument("--kind", required=True, choices=ImportKind.values)
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADER=NAME",
            help="what a column means; nothing after the sign leaves it out",
        )
        parser.add_argument("--as", dest="events_as", choices=EventsAs.values, help="events only")
        parser.add_argument("--source", help="events only: how the shop signs them")
        parser.add_argument("--pool", help="codes only: slug of the reward")
        parser.add_argument("--check", action="store_true", help="only show what it would bring")
        parser.add_argument("--report", type=Path, help="write refused rows to this CSV file")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            raise CommandError(f"There is no programme {told['program']}.")
        if not told["file"].is_file():
            raise CommandError(f"There is no file {told['file']}.")
        try:
            with Bar("rows") as bar:
                run = self._imported(program, told, bar)
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        if run.state == ImportState.REFUSED:
            raise CommandError(run.problem["sentence"])
        if told["report"]:
            write_report(run, told["report"])
        summary = summary_of(run)
        if told["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        for line in in_lines(summary):
            self.stdout.write(line)

    def _imported(self, program: Program, told: dict[str, Any], bar: Bar) -> Import:
        named = {"as": told["events_as"], "source": told["source"], "pool": told["pool"]}
        actor = job("import_file")
        upload = look_at(
            program=program,
            kind=ImportKind(told["kind"]),
            name=told["file"].name,
            content=told["file"].read_bytes(),
            options={name: value for name, value in named.items() if value is not None},
        )
        run = receive(
            program=program,
            upload=upload,
            chosen=_columns_in(told["column"]),
            actor=actor,
            at=now_of(program),
        )
        run = go_on(program=program, run=run, progress=bar.show)
        if run.state == ImportState.READY and not told["check"]:
            run = start(program=program, import_id=run.pk, actor=actor, at=now_of(program))
            run = go_on(program=program, run=run, progress=bar.show)
        return run


def _columns_in(told: list[str]) -> dict[str, str | None]:
    pairs = [each.partition("=") for each in told]
    if any(not sign for _header, sign, _name in pairs):
        raise CommandError("A column is told as HEADER=NAME.")
    return {header: name or None for header, _sign, name in pairs}
