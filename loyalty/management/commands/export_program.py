"""`manage.py export_program`: the whole programme definition as one reviewable document."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.programs.documents import export_program
from loyalty.programs.models import Program


class Command(BaseCommand):
    help = "Print the programme document of one programme as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, help="the programme's slug")
        parser.add_argument("--json", action="store_true", help="accepted for scripts: always JSON")

    def handle(self, **told: Any) -> None:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            message = f"no programme has the slug {told['program']!r}"
            raise CommandError(message)
        self.stdout.write(json.dumps(export_program(program), ensure_ascii=False, indent=2))
