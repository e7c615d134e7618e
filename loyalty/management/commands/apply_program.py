"""`manage.py apply_program FILE`: make a programme what a document says, after showing the difference."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import rehearse
from loyalty.management.commands.create_program import in_lines
from loyalty.programs.documents import Applied, apply_program


class Command(BaseCommand):
    help = "Apply a programme document. Prints what changes; with --dry-run nothing is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the document, such as cafe.json")
        parser.add_argument("--dry-run", action="store_true", help="only show the difference")
        parser.add_argument(
            "--skip-unsupported", action="store_true", help="leave out parts this version lacks"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        try:
            document = json.loads(told["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            message = f"cannot read {told['file']}: {error}"
            raise CommandError(message) from error
        rule = (
            rehearse(apply_program, answer=lambda applied: applied)
            if told["dry_run"]
            else apply_program
        )
        try:
            applied = rule(
                document=document,
                actor=job("apply_program"),
                at=timezone.now(),
                skip_unsupported=told["skip_unsupported"],
            )
        except DomainError as refusal:
            raise CommandError(in_lines(refusal)) from refusal
        self._print(applied, as_json=told["json"], dry_run=told["dry_run"])

    def _print(self, applied: Applied, *, as_json: bool, dry_run: bool) -> None:
        if as_json:
            answer = {
                "slug": applied.program.slug,
                "created": applied.created,
                "simulated": dry_run,
                "skipped": applied.skipped,
                "differences": [asdict(difference) for difference in applied.differences],
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for difference in applied.differences:
            self.stdout.write(
                f"{difference.pointer}: {_short(difference.before)} -> {_short(difference.after)}"
            )
        for key in applied.skipped:
            self.stdout.write(f"skipped: {key} (not supported by this version)")
        ending = "would change" if dry_run else "changed"
        self.stdout.write(f"{applied.program.slug}: {ending} {len(applied.differences)} place(s)")


def _short(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
