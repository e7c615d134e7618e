"""The process that fills a new badge in, so that it can be killed: `python -m benchmarks.filling DATABASE RUN NUMBER`.

It says a line before each page. It goes on from the cursor that is kept with the run. `NUMBER` says how many processes
had the run before: it is leased to the last of them, so this one comes when that is over.
"""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("WAFA_ROLE", "migrations")  # no server-side limit cuts a measurement
    import django

    django.setup()
    from importlib import import_module

    from django.db import connection
    from django.utils import timezone

    from benchmarks.ground import NOW
    from loyalty.foundation.ids import new_id
    from loyalty.jobs.models import ScheduleRun
    from loyalty.jobs.running import LEASE, run_chunk, take
    from loyalty.programs.models import Program

    connection.settings_dict["NAME"] = sys.argv[1]
    import_module("gamification.tasks")
    run_id, lease, is_over = int(sys.argv[2]), new_id(), False
    program_id = ScheduleRun.objects.get(pk=run_id).program_id
    assert program_id, "a backfill is a programme's"
    program = Program.objects.get(pk=program_id)
    late = int(sys.argv[3]) * 2 * LEASE
    if not take(run_id=run_id, lease=lease, at=timezone.now() + late):
        return 1
    while not is_over:
        print("page", flush=True)
        real = timezone.now() + late
        _job, is_over = run_chunk(run_id=run_id, lease=lease, program=program, at=NOW, real=real)
    return 0


if __name__ == "__main__":
    sys.exit(main())
