"""An import of 10,000 rows whose process is killed with -9 while it checks and twice while it takes (E-86, V-22, V-67)."""

import os
import signal
import time

import pytest
from django.db import connection

from loyalty.imports.importing import work
from loyalty.imports.kinds import AT_WORK
from loyalty.imports.models import ImportRow
from loyalty.imports.steering import start
from loyalty.ledger.models import Entry, Lot
from loyalty.members.models import Member
from loyalty.programs.models import Program
from tests.world.earning import NOON, a_cafe
from tests.world.imports import CLERK, a_table, counts_of, imported, received, undone, worked
from tests.world.ledger import parts_of, some_members

ROWS, MEMBERS = 10_000, 100
INTO_A_CHUNK_SECONDS = 0.3  # its rows are being written then


def worked_on_and_killed(run, *, after):
    """A process of its own works on the import, and is killed in the middle of chunk `after` + 1."""
    connection.close()  # each process opens its own
    told, tells = os.pipe()
    child = os.fork()
    if not child:
        goes_on(run, tells)
    os.close(tells)
    with os.fdopen(told, "rb", buffering=0) as chunks:
        for _chunk in range(after + 1):
            assert chunks.read(1), "it came to an end before it was killed"
        time.sleep(INTO_A_CHUNK_SECONDS)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def goes_on(run, tells):
    """All that is left to do, a byte said before each chunk. Never comes back."""
    try:
        run.refresh_from_db()
        while run.state in AT_WORK:
            os.write(tells, b".")
            work(program=run.program, import_id=run.pk, at=NOON)
            run.refresh_from_db()
    finally:
        os._exit(0)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_is_complete_none_doubled_and_goes_back_to_the_former_balances():
    """Acceptance of the page: killed, complete; sent again, 0 new; undone, former balances."""
    cafe = a_cafe()
    some_members(cafe, MEMBERS, points=7)
    members = list(Member.objects.order_by("pk"))
    before = [parts_of(member) for member in members]
    file = a_table(
        "external_id,points,reference",
        *[f"{members[n % MEMBERS].external_id},{n % 50 + 1},{n}" for n in range(ROWS)],
    )
    run = received(cafe, "balances", file)

    worked_on_and_killed(run, after=3)
    run = worked(run)
    start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
    worked_on_and_killed(run, after=2)
    worked_on_and_killed(run, after=3)
    run = worked(run)

    assert (run.state, counts_of(run.outcome), run.preview) == ("done", (ROWS, 0, 0), run.outcome)
    assert Entry.objects.filter(kind="opening").count() == ROWS
    assert ImportRow.objects.filter(is_taken=True).count() == ROWS
    assert sum(parts_of(member)[0] for member in members) == MEMBERS * 7 + ROWS // 50 * 1275
    assert Lot.objects.count() == ROWS + MEMBERS
    assert counts_of(imported(cafe, "balances", file).outcome) == (0, ROWS, 0)

    run = undone(run)

    assert [parts_of(member) for member in members] == before
    assert run.undone == {
        "undone": ROWS, "kept": 0, "points": {"stars": ROWS // 50 * 1275}, "spent": {},
    }  # fmt: skip
    assert Program.objects.get() == cafe
