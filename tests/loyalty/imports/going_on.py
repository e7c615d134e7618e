"""The process that works on an import, so that it can be killed: `python -m tests.loyalty.imports.going_on DATABASE IMPORT`.

It says a line before each chunk, and ends when nothing is left to do.
"""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    from loyalty.foundation.ids import Id
    from loyalty.imports.importing import work
    from loyalty.imports.kinds import AT_WORK
    from loyalty.imports.models import Import
    from tests.world.earning import NOON

    connection.settings_dict["NAME"] = sys.argv[1]
    run = Import.objects.select_related("program").get(pk=Id(sys.argv[2]))
    while run.state in AT_WORK:
        sys.stdout.write(f"{run.state} {run.parts_checked} {run.parts_done}\n")
        sys.stdout.flush()
        work(program=run.program, import_id=run.pk, at=NOON)
        run.refresh_from_db()


if __name__ == "__main__":
    main()
