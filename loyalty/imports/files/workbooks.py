"""Workbooks: rows of the first sheet of an XLSX file, read by a process of its own that may die of it (S-49)."""

import json
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

from loyalty.imports.files.sniffing import (
    CELL_LENGTH_MAX,
    COLUMNS_MAX,
    MEMORY_BYTES_MAX,
    RATIO_MAX,
    ROWS_MAX,
    UNPACKED_BYTES_MAX,
)
from loyalty.imports.refusals import ImportFileUnreadable

CHILD: Final = Path(__file__).with_name("workbook_child.py")

Row = tuple[int, list[Any]]


def rows_of_workbook(
    content: bytes, *, seconds: float, rows_max: int = ROWS_MAX + 2
) -> Generator[Row]:
    """Numbered rows, the header as the first. Raises ImportFileUnreadable for what the reader refuses or dies of."""
    limits = (
        *(MEMORY_BYTES_MAX, round(seconds) + 1, UNPACKED_BYTES_MAX, RATIO_MAX),
        *(rows_max, COLUMNS_MAX, CELL_LENGTH_MAX),
    )
    child = subprocess.Popen(  # noqa: S603 (our own file, numbers as arguments)
        [sys.executable, "-I", str(CHILD), *(str(limit) for limit in limits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
    )
    late = threading.Timer(seconds, child.kill)
    late.start()
    try:
        yield from _told_by(child, content)
    finally:
        late.cancel()
        child.kill()
        child.wait()


def _told_by(child: "subprocess.Popen[bytes]", content: bytes) -> Generator[Row]:
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        with child.stdin:
            child.stdin.write(content)
    except BrokenPipeError as error:
        raise ImportFileUnreadable from error
    with child.stdout:
        for line in child.stdout:
            number, cells = json.loads(line)
            yield number, cells
    if child.wait() != 0:
        raise ImportFileUnreadable
