"""`manage.py catalogues`: keep the translations complete. Needs neither database nor gettext tools."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from loyalty.management import catalogues


class Command(BaseCommand):
    help = "Update, check or compile the translations of every language."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_mutually_exclusive_group(required=True)
        deeds.add_argument(
            "--update", action="store_true", help="add new messages, drop unused ones"
        )
        deeds.add_argument("--check", action="store_true", help="exit 1 unless all is translated")
        deeds.add_argument("--compile", action="store_true", help="write what Django reads")

    def handle(self, *, update: bool, check: bool, **_options: Any) -> None:
        if update:
            for language in catalogues.LANGUAGES:
                catalogues.update(language)
        elif check:
            faults = [fault for one in catalogues.LANGUAGES for fault in catalogues.faults_of(one)]
            if faults:
                raise CommandError("\n".join(faults))
        else:
            catalogues.compile_all()
