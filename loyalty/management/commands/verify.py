"""`manage.py verify`: prove the invariants from rows alone, and name what is wrong (V-35).

Exit 0: clean. 1: violations, one a line (invariant, row, found, expected). 2: could not check.
"""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError

from loyalty.foundation.proofs.proving import Scope, Violation, prove
from loyalty.foundation.refusals import DomainError
from loyalty.members.finding import find_member
from loyalty.programs.models import Program


class Command(BaseCommand):
    help = "Prove that points, balances and everything derived are what the rows say. It never repairs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", help="slug; without it every programme")
        parser.add_argument("--member", help="mem_… or ext:…, with --program")
        parser.add_argument("--since", help="only what was touched since this time (RFC 3339)")
        parser.add_argument("--sample", type=int, help="only so many accounts, chosen by chance")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        import_module("loyalty.receivers")
        try:
            violations = list(prove(scope_of(told), report=self._report))
        except (DatabaseError, InterfaceError, DomainError, LookupError, ValueError) as error:
            self.stderr.write(f"could not check: {error}")
            sys.exit(2)
        self._tell(violations, as_json=told["json"])
        sys.exit(1 if violations else 0)

    def _tell(self, violations: list[Violation], *, as_json: bool) -> None:
        if as_json:
            rows = [asdict(each) for each in violations]
            self.stdout.write(json.dumps({"clean": not rows, "violations": rows}))
            return
        for each in violations:
            self.stdout.write(
                f"{each.invariant} {each.name}: {each.row} found {each.found} expected {each.expected}"
            )
        self.stdout.write("clean" if not violations else f"{len(violations)} violations")

    def _report(self, done: int, whole: int) -> None:
        if sys.stderr.isatty():
            width = 40 * done // max(whole, 1)
            self.stderr.write(f"\r[{'#' * width:<40}] {done}/{whole}", ending="")
            if done == whole:
                self.stderr.write("")


def scope_of(told: dict[str, Any]) -> Scope:
    """What the options name; raises LookupError or ValueError for what is not there."""
    program = None
    if told["program"]:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            raise LookupError(f"no programme called {told['program']}")
    member = None
    if told["member"]:
        if program is None:
            raise LookupError("--member needs --program")
        member = find_member(program=program, told=told["member"])
    since = datetime.fromisoformat(told["since"]) if told.get("since") else None
    if since is not None and since.tzinfo is None:
        raise ValueError("--since needs an offset, such as 2026-01-01T00:00:00+00:00")
    return Scope(
        program_id=program.pk if program else None,
        member_id=member.pk if member else None,
        since=since,
        sample=told.get("sample"),
    )
