"""The page of figures: docs/reference/figures.md."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import django
import psutil  # type: ignore[import-untyped]

from benchmarks.measuring import Figure

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "figures.md"
MARKS: Final = {True: "reached", False: "missed", None: "told"}


def in_lines(figures: Sequence[Figure]) -> str:
    """For the terminal."""
    return "\n".join(
        f"{each.number:6} {MARKS[each.reached]:8} {each.what}: {each.figure} (goal {each.goal}) {each.more}"
        for each in figures
    )


def write(figures: Sequence[Figure], *, seed: int) -> None:
    """Write the page anew."""
    memory = psutil.virtual_memory().total / 2**30
    rows = "\n".join(
        f"| {each.number} | {each.what} | {each.figure} | {each.goal} | {MARKS[each.reached]} | {each.more} |"
        for each in figures
    )
    PAGE.write_text(
        f"""# Figures

Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, Django {django.__version__},
seed {seed}. Product and limit ran in turn, in one run, on one machine; trust the ratios and the CPU times, not the seconds.

| no. | what | figure | goal | | also |
|---|---|---|---|---|---|
{rows}
""",
        encoding="utf-8",
    )
