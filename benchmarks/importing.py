"""P-14 (V-96): 100,000 rows of balances checked and taken, and taken in anew: rows per CPU-second of both sides."""

import resource
import time

from benchmarks.ground import BENCH, NOW, a_program, run, some_members
from benchmarks.measuring import Cost, Figure, cost_of
from loyalty.imports.importing import work
from loyalty.imports.kinds import AT_WORK, ImportKind
from loyalty.imports.models import Import
from loyalty.imports.receiving import look_at, receive
from loyalty.imports.steering import start
from loyalty.members.models import Member
from loyalty.programs.models import Program

ROWS = 100_000
MEMBERS = 1_000
SECONDS_MAX = 120
MEMORY_MB_MAX = 300


def figures(_seed: int, *, rows: int = ROWS) -> list[Figure]:
    """The file checked, taken, and sent again."""
    program, _stars = a_program("imports")
    some_members(program, MEMBERS)
    names = list(
        Member.objects.filter(program=program).order_by("pk").values_list("external_id", flat=True)
    )
    lines = [f"{names[n % MEMBERS]},{n % 50 + 1},{n}" for n in range(rows)]
    content = "\n".join(["external_id,points,reference", *lines, ""]).encode()
    begun = time.monotonic()
    checked, taken = _imported(program, content, rows=rows)
    seconds = time.monotonic() - begun
    again_checked, again = _imported(program, content, rows=rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    doubled = run("SELECT count(*) FROM loyalty_entry WHERE kind = 'opening'")[0][0] - rows
    ours = checked.cpu + taken.cpu
    return [
        Figure(
            "P-14",
            f"{rows:,} rows of balances checked and taken (an entry, a lot, a fact, a row of the report each)",
            f"{1000 / ours:,.0f} rows per CPU-second; {seconds:,.0f} s in all",
            f"≤ {SECONDS_MAX} s",
            seconds <= SECONDS_MAX,
            f"checked {checked.cpu:.3f}, taken {taken.cpu:.3f} CPU-ms a row; sent again {again_checked.cpu + again.cpu:.3f}",
        ),
        Figure(
            "P-14",
            "the same file sent again; memory of the process",
            f"{doubled} doubled; {memory} MB",
            f"0; ≤ {MEMORY_MB_MAX} MB",
            doubled == 0 and memory <= MEMORY_MB_MAX,
        ),
    ]


def _imported(program: Program, content: bytes, *, rows: int) -> tuple[Cost, Cost]:
    upload = look_at(
        program=program, kind=ImportKind.BALANCES, name="bench.csv", content=content, options={}
    )
    told = receive(program=program, upload=upload, chosen={}, actor=BENCH, at=NOW)
    checked = cost_of(lambda: _through(told), pieces=rows)
    start(program=program, import_id=told.pk, actor=BENCH, at=NOW)
    return checked, cost_of(lambda: _through(told), pieces=rows)


def _through(told: Import) -> None:
    told.refresh_from_db()
    while told.state in AT_WORK:
        work(program=told.program, import_id=told.pk, at=NOW)
        told.refresh_from_db()
