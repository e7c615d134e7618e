"""`manage.py write_reference`: write the pages that are read out of the code. Needs no database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.management.reference import ROOT, pages


class Command(BaseCommand):
    help = "Write the reference pages of refusals, facts, commands and decisions from the code."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if stale")

    def handle(self, *, check: bool, **_options: Any) -> None:
        stale = []
        for path, text in pages().items():
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        if check and stale:
            raise CommandError(f"run `manage.py write_reference`: stale {', '.join(stale)}")
        self.stdout.write(f"written: {', '.join(stale) or 'nothing, all current'}")
