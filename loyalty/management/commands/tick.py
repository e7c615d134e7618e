"""`manage.py tick`: what the metronome asks for, without a broker; cron alone can run a small shop (V-21)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from loyalty.jobs.ticking import tick, tick_until_idle


class Command(BaseCommand):
    """Door: reads the flag, makes one call, says how much was done."""

    help = "Do everything that is due: days that begin, instants that come, facts that wait."

    def add_arguments(self, parser: CommandParser) -> None:
        """The one flag."""
        parser.add_argument(
            "--until-idle", action="store_true", help="go on until a tick finds nothing to do"
        )

    def handle(self, **options: Any) -> None:
        """Tick."""
        done = tick_until_idle() if options["until_idle"] else tick()
        self.stdout.write(f"{done} done")
