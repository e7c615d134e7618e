"""`manage.py create_staff`: somebody who may sign in to the admin of a programme."""

import json
import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.access.kinds import Role
from loyalty.access.staff.staffing import Newcomer, ensure_staff
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.programs.models import Program


class Command(BaseCommand):
    help = (
        "Let a person sign in to a programme's admin. Run again, it adds missing roles and leaves "
        "the password as it is. The password is read from standard input, never from the command line."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, help="slug of the programme")
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--role", action="append", choices=Role.values, required=True, help="repeat for several"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            raise CommandError(f"There is no programme {told['program']}.")
        newcomer = Newcomer(
            username=told["username"],
            email=told["email"],
            password=_password(),
        )
        try:
            user, is_new = ensure_staff(
                newcomer=newcomer,
                program=program,
                roles=[Role(role) for role in told["role"]],
                actor=job("create_staff"),
                at=timezone.now(),
            )
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        if told["json"]:
            answer = {"id": user.shown_id, "username": user.username, "already_there": not is_new}
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"{'made' if is_new else 'already there'}: {user.username}")


def _password() -> str:
    """Asked for where somebody sits, else the first line that comes in."""
    if sys.stdin.isatty():
        return getpass()
    return sys.stdin.readline().rstrip("\n")
