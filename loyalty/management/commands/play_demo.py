"""`manage.py play_demo`: a café with real purchases of 1997 and 1998, told day by day."""

import json
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from loyalty.foundation.refusals import DomainError
from loyalty.imports.files.lines import measure
from loyalty.imports.playing import (
    logins_of,
    open_cafe,
    play,
    prepare_log,
    summary_of,
    welcome_shop,
)
from loyalty.management.importing import Bar
from loyalty.members.finding import find_member
from loyalty.members.showing import entrance_of

SEEN = "ext:00004"  # a member of the log with a few purchases


def commit_without_waiting() -> None:
    """For the rest of this session: should the machine fall, the last second of the story is told again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


class Command(BaseCommand):
    help = (
        "Open a café as a test programme and tell it the purchases of a real log, day by day, while its own clock moves "
        "along: points open and expire, tiers rise and are reviewed. Stopped anywhere, the same command goes on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--large", action="store_true", help="all 23,570 customers instead of 2,357"
        )
        parser.add_argument("--shop", help="origin of a page that may frame the widget")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        # The clock runs through hundreds of days: a log line for each job would bury the bar.
        logging.getLogger("loyalty").setLevel(logging.WARNING)
        folder = Path(settings.DATA_DIR) / "demo"
        try:
            log = prepare_log(folder=folder, large=told["large"])
            if not log.is_real:
                self.stderr.write(
                    "The purchase log could not be fetched: playing a small made-up one instead."
                )
            program = open_cafe(digest=measure(log.path)[0])
            logins = logins_of(program=program, folder=folder)
            if told["shop"]:
                welcome_shop(program=program, origin=told["shop"])
            commit_without_waiting()
            with Bar("events") as bar:
                play(program=program, log=log, progress=bar.show)
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        program.refresh_from_db()
        summary = summary_of(program=program) | {"real": log.is_real}
        if told["json"]:
            self.stdout.write(json.dumps(summary | logins, ensure_ascii=False))
        else:
            seen = find_member(program=program, told=SEEN)
            self._print(summary, logins, entrance=entrance_of(seen, to_send=True))
            if told["shop"]:
                self.stdout.write(
                    f"shop        {told['shop']}/  (a page of a shop, with the widget)"
                )

    def _print(
        self, summary: dict[str, Any], logins: dict[str, str], *, entrance: str | None
    ) -> None:
        base = settings.WAFA_BASE_URL
        tiers = ", ".join(f"{name} {members}" for name, members in summary["tiers"].items())
        points = ", ".join(f"{name} {count}" for name, count in summary["points"].items())
        bearer = f"-H 'Authorization: Bearer {logins['key']}'"
        for line in (
            "Café Wafa: {members} members, {events} purchases, {redemptions} redemptions".format(
                **summary
            ),
            f"tiers: {tiers or 'none'}; points outstanding: {points or 'none'}",
            f"its clock stands at {summary['now']}",
            f"admin       {base}/admin/  {logins['username']}  {logins['password']}",
            f"storefront  {logins['key']}",
            *(
                f"portal      {base}{path}  (as a member, within 15 minutes)"
                for path in [entrance]
                if path
            ),
            "",
            f"curl {bearer} {base}/v1/members/{SEEN}",
            f"curl {bearer} '{base}/v1/events?member={SEEN}'",
        ):
            self.stdout.write(line)
