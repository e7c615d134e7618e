"""The page of figures: docs/reference/figures.md. A run writes its own lines anew and keeps the others."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import django
import psutil  # type: ignore[import-untyped]

from benchmarks.ground import server_version
from benchmarks.measuring import Figure

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "figures.md"
REMARKS: Final = Path(__file__).resolve().parent / "remarks.md"
MARKS: Final = {True: "reached", False: "**missed**", None: "told"}


def in_lines(figures: Sequence[Figure]) -> str:
    """For the terminal."""
    return "\n".join(
        f"{each.number:6} {MARKS[each.reached]:8} {each.what}: {each.figure} (goal {each.goal}) {each.more}"
        for each in figures
    )


def write(figures: Sequence[Figure], *, seed: int) -> None:
    """Write the page: these figures, and the lines of numbers that were not measured now."""
    memory = psutil.virtual_memory().total / 2**30
    fresh = [_line(each, seed=seed) for each in figures]
    kept = _kept({each.number for each in figures})
    rows = "\n".join(sorted([*kept, *fresh], key=_number))
    PAGE.write_text(
        f"""# Figures

Made by `make bench`: {psutil.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, Django {django.__version__}, PostgreSQL {server_version()}
(durable: every commit is on disk). In each line product and limit ran in turn, on one machine, in one run; trust the ratios
and the CPU times, not the seconds. CPU is that of the application and of its database backend together.

| no. | what | figure | goal | | also | day, seed |
|---|---|---|---|---|---|---|
{rows}

{REMARKS.read_text(encoding="utf-8")}""",
        encoding="utf-8",
    )


def _line(each: Figure, *, seed: int) -> str:
    cells = (each.number, each.what, each.figure, each.goal, MARKS[each.reached], each.more)
    told = " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells)
    return f"| {told} | {datetime.now(UTC):%Y-%m-%d}, {seed} |"


def _kept(fresh: set[str]) -> list[str]:
    """The lines of the page as it stands, but those of these numbers."""
    if not PAGE.exists():
        return []
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith(("| P-", "| peers"))]
    return [line for line in rows if _number(line) not in fresh]


def _number(line: str) -> str:
    return line.split("|")[1].strip()
