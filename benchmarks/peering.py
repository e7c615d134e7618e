"""Peers: other packages award members beside us, each in an environment of its own, on the same server, in the same run."""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final

import psutil  # type: ignore[import-untyped]
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from benchmarks.ground import a_program, settle_down, some_accounts, some_members, vacuum
from benchmarks.measuring import Cost, Figure, Series, cost_of, in_turn
from benchmarks.posting import BATCH, awards, posted

PEERS: Final = ("dj-wallet", "django-hordak", "django-flutterwave-wallet", "pinax-points")
ROOT: Final = Path(__file__).resolve().parent.parent
ENVIRONMENTS: Final = ROOT / ".cache" / "bench-peers"
MEMBERS = 5_000
CALLS = 150
ROUNDS = 5
BATCHES_GOAL = 4


class Peer:
    """A peer's process, which awards when it is told to."""

    def __init__(self, name: str, conninfo: str, seed: int):
        self.process = subprocess.Popen(
            [
                _python(name),
                ROOT / "benchmarks" / "peers" / "awarding.py",
                name,
                conninfo,
                str(seed),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.told = self._line()
        self.why: str | None = self.told.get("why")

    def cost(self) -> Cost:
        """What so many awards cost this process and its backend."""
        app, database = psutil.Process(self.told["pid"]), psutil.Process(self.told["backend"])
        before = _seconds(app), _seconds(database)
        whole = cost_of(self._award, pieces=CALLS)
        scale = 1_000 / CALLS
        return Cost(
            wall=whole.wall,
            app=(_seconds(app) - before[0]) * scale,
            database=(_seconds(database) - before[1]) * scale,
        )

    def _award(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{CALLS}\n")
        self.process.stdin.flush()
        assert self._line() == "done"

    def _line(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"why": "it ended without a word"}

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def figures(seed: int, *, rounds: int = ROUNDS) -> list[Figure]:
    """One member at a time beside each peer, and our batches beside them all."""
    chance = random.Random(seed)
    program, currency = a_program("peers")
    people = some_members(program, MEMBERS, prefix="p")
    some_accounts(program, currency, people)
    vacuum("loyalty_account", "loyalty_member")

    def one_by_one() -> None:
        for _ in range(CALLS):
            posted(program, awards(currency, [chance.choice(people)]))

    def in_batches() -> Cost:
        movements = awards(currency, chance.sample(people, BATCH))
        return cost_of(lambda: posted(program, movements), pieces=BATCH)

    with ExitStack() as stack:
        peers = {name: stack.enter_context(_running(name, seed)) for name in PEERS}
        able = {name: peer for name, peer in peers.items() if isinstance(peer, Peer)}
        one_by_one()
        in_batches()
        settle_down()
        one_by_one()
        in_batches()
        single, batch, *others = in_turn(
            lambda: cost_of(one_by_one, pieces=CALLS),
            in_batches,
            *(peer.cost for peer in able.values()),
            rounds=rounds,
        )
        found = dict(zip(able, others, strict=True))
    return [
        _told(name, found[name], single=single, batch=batch)
        if name in found
        else Figure("peers", name, f"not run: {peers[name]}", f"≥ {BATCHES_GOAL} ×", None)
        for name in PEERS
    ]


def _told(name: str, peer: Series, *, single: Series, batch: Series) -> Figure:
    times = peer.middle("cpu") / batch.middle("cpu")
    alone = peer.middle("cpu") / single.middle("cpu")
    worst = peer.of("cpu")[0] / batch.of("cpu")[-1]
    return Figure(
        "peers",
        f"awards per CPU-second, of {name} {version_of(name)}",
        f"{times:.1f} × in batches of 1,000 (at worst {worst:.1f}); {alone:.1f} × one at a time",
        f"≥ {BATCHES_GOAL} × in batches",
        times >= BATCHES_GOAL,
        f"per CPU-second there {1_000 / peer.middle('cpu'):,.0f}, "
        f"ours {1_000 / single.middle('cpu'):,.0f} and {1_000 / batch.middle('cpu'):,.0f}",
    )


@contextmanager
def _running(name: str, seed: int) -> "Iterator[Peer | str]":
    """The peer in a database of its own, or why there is none."""
    if not _python(name).exists():
        yield "it could not be installed"
        return
    address = os.environ["DATABASE_URL"]
    database = f"wafa_bench_{name.replace('-', '_')}_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as upkeep:
        upkeep.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        try:
            peer = Peer(name, make_conninfo(address, dbname=database), seed)
            try:
                yield peer.why or peer
            finally:
                peer.close()
        finally:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            upkeep.execute(drop.format(sql.Identifier(database)))


def version_of(name: str) -> str:
    """The version that is installed in the peer's environment."""
    places = [str(each) for each in (ENVIRONMENTS / name).glob("lib/python*/site-packages")]
    return next(iter(distributions(name=name, path=places))).version


def _python(name: str) -> Path:
    return ENVIRONMENTS / name / "bin" / "python"


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
