"""The process that makes a batch, so that it can be killed: `python -m tests.loyalty.rewards.making_on DATABASE BATCH`.

It says a line before each chunk, and ends when nothing is left to do.
"""

import os
import sys
from typing import Any

CHUNK = 400  # small, so that there are many edges


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    from loyalty.foundation.ids import Id
    from loyalty.foundation.units import run
    from loyalty.rewards.batches import making
    from loyalty.rewards.models import VoucherBatch
    from loyalty.rewards.voucher_kinds import BatchState
    from tests.world.vouchers import ISSUED_AT

    making.CHUNK = CHUNK  # type: ignore[misc]
    connection.settings_dict["NAME"] = sys.argv[1]
    batch = VoucherBatch.objects.select_related("program").get(pk=Id(sys.argv[2]))
    told: dict[str, Any] = {
        "program": batch.program,
        "argument": {"batch": sys.argv[2]},
        "cursor": None,
    }
    while batch.state == BatchState.MAKING:
        sys.stdout.write(f"{batch.made}\n")
        sys.stdout.flush()
        run(lambda: making.make_chunk(at=ISSUED_AT, **told))
        batch.refresh_from_db()


if __name__ == "__main__":
    main()
