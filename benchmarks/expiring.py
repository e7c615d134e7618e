"""P-5: a million lots end in one night; the process is killed (-9) half-way, another takes it up, and `verify` is clean."""

import json
import subprocess
import sys
import time
from importlib import import_module

from django.db import connection, transaction

from benchmarks import limit
from benchmarks.ground import NOW, a_program, run, some_accounts, some_members, vacuum
from benchmarks.measuring import Cost, Figure, cost_of
from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.ledger.timed.expiring import LOTS_AT_ONCE_MAX
from loyalty.programs.models import Program

LOTS = 1_000_000
LOTS_PER_ACCOUNT = 10
INTO_A_CHUNK_SECONDS = 0.3  # its rows are being written then


def figures(seed: int, *, lots: int = LOTS) -> list[Figure]:
    """The night, beside one UPDATE of the same lots that is rolled back."""
    program = a_full_house(lots)

    def update() -> None:
        with transaction.atomic():
            run(limit.FREE_THEM, [program.pk])
            transaction.set_rollback(True)

    best = cost_of(update, pieces=lots)
    vacuum("loyalty_lot")
    begun = time.monotonic()
    killed_night(chunks=lots // LOTS_AT_ONCE_MAX // 2)
    before = ended()
    ours = whole_night(pieces=lots - before)
    seconds = time.monotonic() - begun
    assert 0 < before < lots, before
    assert twice_ended() == 0, seed
    left = run("SELECT count(*) FROM loyalty_lot WHERE free > 0")[0][0]
    assert (ended(), left) == (lots, 0), (seed, ended(), left)
    vacuum("loyalty_lot", "loyalty_account", "loyalty_entry", "loyalty_draw")
    begun = time.monotonic()
    wrong = violations(program)
    proved = time.monotonic() - begun
    return [
        Figure(
            "P-5",
            f"{lots:,} lots end (an entry, a draw and a fact each), of one UPDATE of them",
            f"{best.wall / ours.wall:.0%} of its speed; {best.cpu / ours.cpu:.0%} by CPU",
            "≥ 25 %",
            max(best.wall / ours.wall, best.cpu / ours.cpu) >= 0.25,
            f"{seconds:,.0f} s in all; {ours.cpu:.3f} CPU-ms a lot, {ours.app:.3f} of it Python",
        ),
        Figure(
            "P-5",
            f"the same night killed with -9 after {before:,} lots and taken up by another process",
            f"each lot ended once; `verify`: {wrong} violations",
            "once, 0 violations",
            wrong == 0,
            f"`verify` of the whole programme took {proved:,.0f} s",
        ),
    ]


def a_full_house(lots: int) -> Program:
    """So many open lots whose end has come, ten to an account."""
    program, currency = a_program("night")
    people = some_members(program, lots // LOTS_PER_ACCOUNT, prefix="n")
    accounts = some_accounts(program, currency, people)
    for _ in range(LOTS_PER_ACCOUNT):
        for start in range(0, len(accounts), 20_000):
            limit.award(accounts[start : start + 20_000], program_id=program.pk, expires_at=NOW)
    vacuum("loyalty_lot", "loyalty_account", "loyalty_entry")
    return program


def killed_night(*, chunks: int) -> None:
    """A process that is killed in the middle of this chunk."""
    process = _night()
    assert process.stdout
    for _ in range(chunks):
        process.stdout.readline()
    time.sleep(INTO_A_CHUNK_SECONDS)
    process.kill()
    assert process.wait() < 0, "it ended before it could be killed"


def whole_night(*, pieces: int) -> Cost:
    """A process that begins anew and is left alone; what it cost a lot."""
    told, _ = _night().communicate()
    cost = json.loads(told.splitlines()[-1])
    return Cost(**{name: value / pieces for name, value in cost.items()})


def _night() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.night", connection.settings_dict["NAME"]],
        stdout=subprocess.PIPE,
        text=True,
    )


def ended() -> int:
    """How many lots have their entry."""
    return int(run("SELECT count(*) FROM loyalty_entry WHERE kind = 'expire'")[0][0])


def twice_ended() -> int:
    """How many lots were drawn from more than once, or by more than they had."""
    return int(
        run(
            "SELECT count(*) FROM (SELECT 1 FROM loyalty_draw d JOIN loyalty_lot l ON l.id = d.lot_id"
            " GROUP BY l.id, l.size HAVING count(*) > 1 OR sum(d.points) <> l.size) AS wrong"
        )[0][0]
    )


def violations(program: Program) -> int:
    """What `manage.py verify` would say."""
    import_module("loyalty.receivers")
    return len(list(prove(Scope(program_id=program.pk))))
