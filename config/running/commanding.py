"""`manage.py`: Django's command line, with a hint in place of a trace where no database runs."""

import os
import sys
from collections.abc import Sequence

from config.embedded.addresses import NOWHERE


def main(arguments: Sequence[str]) -> int:
    """Run one command; 1 and one line on stderr if there is no database to run it on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("WAFA_ROLE", "migrations" if "migrate" in arguments[1:2] else "jobs")
    os.environ.setdefault("WAFA_DATABASE_POOL", "no")  # one command, one connection
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, connection

    try:
        execute_from_command_line(list(arguments))
    except OperationalError:
        if connection.settings_dict["HOST"] != NOWHERE:
            raise
        sys.stderr.write(
            "No database runs for this DATA_DIR: start `make run` in another terminal, "
            "or set DATABASE_URL.\n"
        )
        return 1
    return 0
