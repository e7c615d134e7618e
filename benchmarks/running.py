"""Running: each benchmark in a database of its own, one after the other."""

from collections.abc import Callable, Sequence

from benchmarks import expiring, front_door, growing, posting, wire
from benchmarks.ground import own_database
from benchmarks.measuring import Figure


def run_all(*, only: Sequence[str] | None, seed: int, small: bool) -> list[Figure]:
    """All figures, or those that are named."""
    tenth = 10 if small else 1
    works: dict[str, Callable[[], list[Figure]]] = {
        "P-1": lambda: posting.figures(seed, members=posting.MEMBERS // tenth),
        "P-2": lambda: front_door.figures(seed, members=front_door.MEMBERS // tenth),
        "P-3": lambda: wire.figures(seed),
        "P-5": lambda: expiring.figures(seed, lots=expiring.LOTS // tenth),
        "P-8": lambda: growing.figures(seed, largest=growing.LARGEST // tenth),
    }
    figures: list[Figure] = []
    for name, work in works.items():
        if only and name not in only:
            continue
        print(f"{name} …", flush=True)
        with own_database():
            figures += work()
    return figures
