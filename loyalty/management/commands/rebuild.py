"""`manage.py rebuild <what>`: work out again what is derived, under each member's lock, and print what differed (V-36)."""

from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.foundation.proofs.rebuilding import rebuild, rebuildable
from loyalty.foundation.refusals import DomainError
from loyalty.management.commands.verify import scope_of


class Command(BaseCommand):
    help = (
        "Work out again what is derived (balances, lots, …) from the rows that it is derived from."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", help="balances, lots, …; without a match, all choices are told")
        parser.add_argument("--program", help="slug; without it every programme")
        parser.add_argument("--member", help="mem_… or ext:…, with --program")
        parser.add_argument("--dry-run", action="store_true", help="only print what would change")

    def handle(self, **told: Any) -> None:
        import_module("loyalty.receivers")
        if told["what"] not in rebuildable():
            raise CommandError(f"can rebuild: {', '.join(rebuildable())}")
        try:
            scope = scope_of({**told, "since": None, "sample": None})
        except (DomainError, LookupError) as error:
            raise CommandError(str(error)) from error
        count = 0
        for each in rebuild(told["what"], scope=scope, dry_run=told["dry_run"]):
            self.stdout.write(f"{each.row}: {each.found} -> {each.rebuilt}")
            count += 1
        verb = "would change" if told["dry_run"] else "changed"
        self.stdout.write(f"{count} rows {verb}")
