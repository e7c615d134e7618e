"""Running: each benchmark in a database of its own, one after the other. A number on the page comes from one of them."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks import (
    backfilling,
    badging,
    bringing,
    expiring,
    following,
    front_door,
    growing,
    importing,
    inviting,
    pages,
    peering,
    posting,
    ranking,
    redeeming,
    replaying,
    reviewing,
    vouchers,
    wire,
)
from benchmarks.ground import own_database
from benchmarks.measuring import Figure


def run_all(*, only: Sequence[str] | None, seed: int, small: bool) -> Iterator[list[Figure]]:
    """All figures, or those that are named, number by number. P-1 brings P-2 and the peers along, P-3 brings P-4, P-10 brings P-11, P-12 brings P-13, P-16 brings P-17,
    P-18 brings P-19 and P-20."""
    tenth = 10 if small else 1
    works: dict[str, list[Callable[[], list[Figure]]]] = {
        "P-1": [
            lambda: posting.figures(seed, members=posting.MEMBERS // tenth),
            lambda: front_door.figures(seed, members=front_door.MEMBERS // tenth),
            lambda: peering.figures(seed),
        ],
        "P-3": [lambda: wire.figures(seed)],
        "P-5": [lambda: expiring.figures(seed, lots=expiring.LOTS // tenth)],
        "P-6": [lambda: ranking.figures(seed, members=ranking.MEMBERS // tenth)],
        "P-7": [
            lambda: following.figures(seed, facts=following.FACTS // tenth),
            lambda: badging.figures(seed, events=badging.EVENTS // tenth),
        ],
        "P-8": [lambda: growing.figures(seed, largest=growing.LARGEST // tenth)],
        "P-12": [lambda: vouchers.figures(seed, codes=vouchers.CODES // tenth)],
        "P-15": [lambda: redeeming.figures(seed)],
        "P-10": [lambda: replaying.figures(seed, events=replaying.EVENTS // tenth)],
        "P-16": [lambda: reviewing.figures(seed, members=reviewing.MEMBERS // tenth)],
        "P-18": [lambda: bringing.figures(seed, friends=bringing.FRIENDS // tenth)],
        "P-22": [lambda: inviting.figures(seed, clicks=inviting.CLICKS // tenth)],
        "P-21": [lambda: backfilling.figures(seed, members=backfilling.MEMBERS // tenth)],
        "P-24": [lambda: pages.figures(seed, calls=max(2, pages.CALLS // tenth))],
        "P-14": [lambda: importing.figures(seed, rows=importing.ROWS // tenth)],
    }
    for name, parts in works.items():
        if only and name not in only:
            continue
        figures: list[Figure] = []
        for part in parts:
            print(f"{name} …", flush=True)
            with own_database():
                figures += part()
        yield figures
