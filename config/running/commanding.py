"""`manage.py`: Django's command line with a hint in place of a trace when no database runs."""

import os
from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run one command; 1 and a line on stderr if there is no database to run it on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("WAFA_ROLE", "migrations" if "migrate" in arguments[1:2] else "jobs")
    from django.core.management import execute_from_command_line

    execute_from_command_line(list(arguments))
    return 0
