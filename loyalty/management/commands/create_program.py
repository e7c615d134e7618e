"""`manage.py create_program`: open a programme; one that exists already stays as it is."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.programs.opening import PRESETS, Opening, open_program


class Command(BaseCommand):
    help = "Open a programme (the tenant everything belongs to). Run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--slug", required=True, help="its name in addresses, such as cafe")
        parser.add_argument("--name", required=True, help="its name for people")
        parser.add_argument("--zone", required=True, help="IANA time zone, such as Europe/Berlin")
        parser.add_argument("--currency", required=True, help="ISO 4217 code of its money")
        parser.add_argument(
            "--test", action="store_true", help="a test programme with its own clock"
        )
        parser.add_argument(
            "--preset", choices=PRESETS, default="blank", help="what it starts with"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        opening = Opening(
            slug=told["slug"],
            name=told["name"],
            zone=told["zone"],
            currency=told["currency"],
            is_test=told["test"],
            preset=told["preset"],
        )
        try:
            program, created = open_program(
                opening=opening, actor=job("create_program"), at=timezone.now()
            )
        except DomainError as refusal:
            raise CommandError(in_lines(refusal)) from refusal
        answer = {
            "id": program.shown_id,
            "slug": program.slug,
            "test": program.is_test,
            "created": created,
        }
        if told["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(
                f"{'opened' if created else 'already there'}: {program.slug} ({program.shown_id})"
            )


def in_lines(refusal: DomainError) -> str:
    """A refusal for a terminal: the sentence, then each problem with its pointer."""
    problems = [f"  {problem.pointer}: {problem.message}" for problem in refusal.problems]
    return "\n".join([f"{refusal.code}: {refusal.sentence()}", *problems])
