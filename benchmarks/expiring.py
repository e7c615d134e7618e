"""P-5: a million lots end in one night, killed on the way and taken up again."""

import contextlib
import itertools

from django.db import transaction

from benchmarks import limit
from benchmarks.ground import BENCH, NOW, a_program, run, some_accounts, some_members, vacuum
from benchmarks.measuring import Figure, cost_of
from loyalty.foundation.units import run as in_a_unit
from loyalty.ledger.timed.expiring import expire_chunk
from loyalty.programs.models import Program

LOTS = 1_000_000
LOTS_PER_ACCOUNT = 10
KILLED_AT = 5


class Killed(Exception):
    """Somebody pulled the plug."""


def figures(seed: int, *, lots: int = LOTS) -> list[Figure]:
    """The night, beside one UPDATE of the same lots that is rolled back."""
    program = a_full_house(lots)

    def update() -> None:
        with transaction.atomic():
            run(limit.FREE_THEM, [program.pk])
            transaction.set_rollback(True)

    best = cost_of(update, pieces=lots)
    vacuum("loyalty_lot")
    ours = cost_of(lambda: a_night(program), pieces=lots)
    done = run("SELECT count(*) FROM loyalty_entry WHERE kind = 'expire'")[0][0]
    left = run("SELECT count(*) FROM loyalty_lot WHERE free > 0")[0][0]
    assert (done, left) == (lots, 0), (seed, done, left)
    return [
        Figure(
            "P-5",
            f"{lots:,} lots end (an entry, a draw and a fact each), of one UPDATE of them",
            f"{best.wall / ours.wall:.0%} of its speed; {best.cpu / ours.cpu:.0%} by CPU",
            "≥ 25 %",
            max(best.wall / ours.wall, best.cpu / ours.cpu) >= 0.25,
            f"{ours.wall * lots / 1_000:,.0f} s, killed once and resumed; each lot once",
        )
    ]


def a_full_house(lots: int) -> Program:
    """So many open lots whose end has come, ten to an account."""
    program, currency = a_program("night")
    people = some_members(program, lots // LOTS_PER_ACCOUNT, prefix="n")
    accounts = some_accounts(program, currency, people)
    for _ in range(LOTS_PER_ACCOUNT):
        for start in range(0, len(accounts), 20_000):
            limit.award(accounts[start : start + 20_000], program_id=program.pk)
    run("UPDATE loyalty_lot SET expires_at = %s WHERE free > 0", [NOW])
    vacuum("loyalty_lot", "loyalty_account", "loyalty_entry")
    return program


def a_night(program: Program) -> None:
    """Chunk by chunk with the cursor of the job; one chunk is killed before it commits, and done again."""
    cursor: str | None = None

    def chunk() -> str | None:
        return expire_chunk(program=program, cursor=cursor, actor=BENCH, at=NOW)

    def killed() -> None:
        chunk()
        raise Killed

    for number in itertools.count():
        if number == KILLED_AT:
            with contextlib.suppress(Killed):
                in_a_unit(killed)
        cursor = in_a_unit(chunk)
        if cursor is None:
            return
