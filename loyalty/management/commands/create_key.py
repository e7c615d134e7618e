"""`manage.py create_key`: an API key for a storefront, shown once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from loyalty.access.issuing import Wish, ensure_key, living_keys, rotate_key
from loyalty.access.kinds import KeyKind
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import DomainError
from loyalty.programs.models import Program


class Command(BaseCommand):
    help = (
        "Make an API key and show it, this once. A living key of this name stays as it is and cannot "
        "be shown again: --rotate makes a successor and lets the old one live on for 24 hours."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, help="slug of the programme")
        parser.add_argument("--name", required=True, help="what the key is for, such as storefront")
        parser.add_argument(
            "--scopes", required=True, help='"*", or such as "events:write,members:read"'
        )
        parser.add_argument("--kind", choices=KeyKind.values, default=KeyKind.SECRET.value)
        parser.add_argument(
            "--origin", action="append", default=[], help="page a publishable key works on; repeat"
        )
        parser.add_argument(
            "--network", action="append", default=[], help="network the key works from; repeat"
        )
        parser.add_argument(
            "--points-a-day", type=int, help="the most it may hand out by hand in a day"
        )
        parser.add_argument("--rotate", action="store_true", help="replace a key that is there")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **told: Any) -> None:
        program = Program.objects.filter(slug=told["program"]).first()
        if program is None:
            raise CommandError(f"There is no programme {told['program']}.")
        wish = Wish(
            name=told["name"],
            kind=KeyKind(told["kind"]),
            scopes=[scope for scope in told["scopes"].replace(",", " ").split() if scope],
            networks=told["network"],
            origins=told["origin"],
            points_a_day=told["points_a_day"],
        )
        at, actor = timezone.now(), job("create_key")
        try:
            made = ensure_key(program=program, wish=wish, actor=actor, at=at)
            already_there = made.text is None
            if already_there and told["rotate"]:
                living = living_keys(program=program, at=at).get(pk=made.key.pk)
                made = rotate_key(key=living, actor=actor, at=at)
        except DomainError as refusal:
            raise CommandError(refusal.sentence()) from refusal
        answer = {
            "id": made.key.shown_id,
            "key": made.text,
            "program": program.slug,
            "name": made.key.name,
            "kind": made.key.kind,
            "scopes": made.key.scopes,
            "already_there": already_there,
        }
        if told["json"]:
            self.stdout.write(json.dumps(answer))
        elif made.text:
            self.stdout.write(f"{made.key.shown_id}\n{made.text}")
        else:
            self.stdout.write(f"already there: {made.key.shown_id} (--rotate makes a successor)")
