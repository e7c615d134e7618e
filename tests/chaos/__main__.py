"""A replay and a storefront, disturbed: `kill -9` of web, worker, Valkey and the replay itself while they work.

The totals equal those of an undisturbed run, and `verify` finds nothing (V-75, V-76, V-78 in small; E-86).
"""

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.chaos.running import Killer, Running

BATCHES, BATCH_SIZE, MEMBERS = 60, 20, 40
DAYS, ORDERS_A_DAY = 45, 8
# A test clock moves forward only, from real time on: the replay is told of days to come.
FIRST_DAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
KILL_EVERY_SECONDS = 4.0


def order(name: str, number: int, at: datetime | None) -> dict[str, Any]:
    """An order that says the same in both runs."""
    chance = random.Random(f"{name}-{number}")
    told: dict[str, Any] = {
        "type": "order.paid",
        "member": f"ext:guest-{chance.randrange(MEMBERS)}",
        "source": "chaos",
        "source_id": f"{name}-{number}",
        "data": {
            "order_id": f"{name}-{number}",
            "currency": "EUR",
            "total": chance.randrange(100, 9_000),
        },
    }
    return told if at is None else told | {"occurred_at": at.isoformat()}


def write_log(path: Path) -> None:
    """A log of some weeks, in order of time."""
    with path.open("w") as file:
        for number in range(DAYS * ORDERS_A_DAY):
            day, place = divmod(number, ORDERS_A_DAY)
            at = FIRST_DAY + timedelta(days=day, minutes=place)
            file.write(json.dumps(order("replay", number, at)) + "\n")


def tell_batches(running: Running, key: str) -> None:
    """What a storefront does: batch after batch, each until it is answered."""
    for batch in range(BATCHES):
        events = [order("shop", batch * BATCH_SIZE + n, None) for n in range(BATCH_SIZE)]
        told = running.post("/v1/events", {"events": events}, key=key, idempotency=f"b-{batch}")
        assert {item["status"] for item in told["data"]} <= {200, 201}, told


def replay(running: Running, path: Path, *, deaths: int) -> int:
    """Import the log; killed so many times on the way, it is started again. Answers how often it died."""
    died = 0
    while True:
        command = running.start(
            "import_events", str(path), "--program", "replay", "--move-clock", "--json"
        )
        try:
            command.wait(timeout=10 if died < deaths else 600)
        except subprocess.TimeoutExpired:
            command.send_signal(signal.SIGKILL)
            command.wait()
            died += 1
            continue
        if command.returncode == 0:
            return died
        time.sleep(1)


def story(directory: Path, *, disturbed: bool, seed: int) -> dict[str, Any]:
    """One run, from an empty directory to its totals."""
    path = directory / "log.jsonl"
    with Running(directory / "data") as running:
        write_log(path)
        for slug, more in (("shop", []), ("replay", ["--test"])):
            running.command(
                "create_program", "--slug", slug, "--name", slug, "--zone", "Europe/Kyiv",
                "--currency", "EUR", "--preset", "cafe", "--json", *more,
            )  # fmt: skip
        keys = {
            slug: running.command(
                "create_key", "--program", slug, "--name", "chaos", "--scopes", "*", "--json"
            )["key"]
            for slug in ("shop", "replay")
        }
        killer = Killer(running, every_seconds=KILL_EVERY_SECONDS, seed=seed)
        if disturbed:
            killer.start()
        tell_batches(running, keys["shop"])
        died = replay(running, path, deaths=3 if disturbed else 0)
        if disturbed:
            killer.stop()
        running.start("tick", "--until-idle").communicate(timeout=300)
        totals = {slug: totals_of(running, slug, key) for slug, key in keys.items()}
        print(
            f"{'disturbed' if disturbed else 'undisturbed'}: killed {running.killed}, replay {died} times"
        )
        return totals


def totals_of(running: Running, slug: str, key: str) -> dict[str, Any]:
    """What has to be equal: events, points and tiers, member by member; and that the ledger is proved."""
    verified = running.start("verify", "--program", slug)
    found, _nothing = verified.communicate(timeout=300)
    assert verified.returncode == 0, f"verify found something in {slug}: {found.decode()}"
    members: dict[str, Any] = {}
    cursor: str | None = ""
    while cursor is not None:
        page = running.get(f"/v1/members?limit=200{cursor}", key=key)
        for member in page["data"]:
            parts = {
                name: [balance[part] for part in ("available", "pending", "held", "negative")]
                for name, balance in member["balances"].items()
            }
            members[member["external_id"]] = [parts, member["tier"]["current"]["slug"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    events = running.get("/v1/events?limit=1&with_total=true", key=key)["total"]
    stars = sum(parts["stars"][0] for parts, _tier in members.values())
    return {"events": events, "stars": stars, "members": members}


def main() -> int:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--seed", type=int, default=random.randrange(10**6))
    seed = reading.parse_args().seed
    print(f"seed {seed}")
    with tempfile.TemporaryDirectory(prefix="wafa-chaos-") as home:
        calm = story(Path(home) / "calm", disturbed=False, seed=seed)
        wild = story(Path(home) / "wild", disturbed=True, seed=seed)
    for slug, totals in wild.items():
        print(f"{slug}: {totals['events']} events, {totals['stars']} stars")
        if calm[slug] != totals:
            print(f"{slug} differs: {json.dumps(calm[slug])} became {json.dumps(totals)}")
            return 1
    print("equal, and proved")
    return 0


if __name__ == "__main__":
    sys.exit(main())
