"""The process that lets lots end, so that it can be killed: `python -m benchmarks.night DATABASE`.

It says a line before each chunk, and at the end what the night cost. It has no cursor to go on from: what has ended has
nothing free, so another process that begins anew takes up where this one fell.
"""

import json
import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("WAFA_ROLE", "migrations")  # no server-side limit cuts a measurement
    import django

    django.setup()
    from dataclasses import asdict

    from django.db import connection

    from benchmarks.ground import BENCH, NOW
    from benchmarks.measuring import cost_of
    from loyalty.foundation.units import run as in_a_unit
    from loyalty.ledger.timed.expiring import expire_chunk
    from loyalty.programs.models import Program

    connection.settings_dict["NAME"] = sys.argv[1]
    program = Program.objects.get(slug="night")

    def chunks() -> None:
        cursor: str | None = None
        begun = False
        while cursor or not begun:
            print("chunk", flush=True)
            begun, told = True, cursor
            cursor = in_a_unit(
                lambda told=told: expire_chunk(  # type: ignore[misc]
                    program=program, cursor=told, actor=BENCH, at=NOW
                )
            )

    print(json.dumps(asdict(cost_of(chunks, pieces=1))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
