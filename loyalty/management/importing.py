"""What the commands that import share: a bar, a summary, and the report as a file."""

import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tqdm import tqdm

from loyalty.imports.keeping.writing import refused_rows
from loyalty.imports.kinds import ImportState
from loyalty.imports.models import Import
from loyalty.imports.telling.reporting import report_lines
from loyalty.imports.turning import done_of

REFUSALS_SHOWN_MAX: Final = 20


class Bar:
    """A progress bar on standard error, with rows as its measure."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def show(self, run: Import) -> None:
        """Move to where the import stands."""
        if self._bar is None:
            self._bar = tqdm(
                total=run.rows, unit=f" {self._unit}", file=sys.stderr, mininterval=0.5
            )
        self._bar.total = run.rows
        self._bar.update(done_of(run) - self._bar.n)


def summary_of(run: Import) -> dict[str, Any]:
    """How it went, as scripts read it; before the rows are taken, how it would go."""
    counts = run.outcome or run.preview
    return {
        "import": run.shown_id,
        "state": run.state,
        "lines": run.rows,
        "new": counts.get("new", 0),
        "already_there": counts.get("already_there", 0),
        "refused": counts.get("refused", 0),
        "points": counts.get("points", {}),
        "done": run.state == ImportState.DONE,
        "refusals": [
            {"line": row.number, "code": row.code, "sentence": row.sentence}
            for row in islice(refused_rows(run), REFUSALS_SHOWN_MAX)
        ],
    }


def in_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    """The same for people."""
    yield (
        f"{summary['lines']} rows: {summary['new']} new, {summary['already_there']} already there, "
        f"{summary['refused']} refused"
    )
    for slug, months in summary["points"].items():
        told = ", ".join(f"{month}: {points}" for month, points in sorted(months.items()))
        yield f"  {slug} by the month in which they end: {told}"
    for row in summary["refusals"]:
        yield f"  row {row['line']}: {row['code']}: {row['sentence']}"
    if summary["refused"] > REFUSALS_SHOWN_MAX:
        yield "  … and more: --report FILE.csv lists them all"


def write_report(run: Import, path: Path) -> None:
    """What became of every row, as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.writelines(report_lines(run, only_refused=True))
