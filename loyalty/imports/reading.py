"""Reading files of events: one JSON object a line, in chunks that one unit of work can take."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final

from loyalty.events.kinds import EVENTS_MAX, ToldEvent
from loyalty.events.reading import read_event
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.wire.parsing import read_json
from loyalty.programs.calendar import local_day
from loyalty.programs.models import Program

Read = ToldEvent | DomainError
BLOCK_BYTES: Final = 1_048_576
LINE_BYTES_MAX: Final = 1_048_577  # one more than a body may have, so that the parser can refuse it


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines that are taken together: what they say, and where the file goes on after them."""

    first_line: int
    after_line: int
    told: list[tuple[int, Read]]  # empty lines are left out

    @property
    def latest(self) -> datetime | None:
        """The latest time told in it."""
        times = [each.occurred_at for _line, each in self.told if isinstance(each, ToldEvent)]
        return max((at for at in times if at), default=None)


def measure(path: Path) -> tuple[bytes, int]:
    """The digest of a file and how many lines it has, read once from end to end."""
    digest, lines, ends = hashlib.sha256(), 0, True
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            lines += block.count(b"\n")
            ends = block.endswith(b"\n")
    return digest.digest(), lines + (0 if ends else 1)


def chunks_of(path: Path, *, program: Program, skip: int, by_day: bool) -> Iterator[Chunk]:
    """The file from line `skip` on, in chunks of at most 1,000 lines; `by_day` also cuts where the local day changes."""
    with path.open("rb") as file:
        number, told, day = skip, list[tuple[int, Read]](), None
        start = skip
        for line in _lines_after(file, skip=skip):
            read = _read(line, program=program)
            line_day = _day_of(read, program=program) if by_day else None
            is_cut = day is not None and line_day is not None and line_day != day
            if number - start == EVENTS_MAX or (is_cut and told):
                yield Chunk(start, number, told)
                told, start, day = [], number, None
            number += 1
            day = line_day or day
            if read is not None:
                told.append((number, read))
        if number > start:
            yield Chunk(start, number, told)


def _lines_after(file: IO[bytes], *, skip: int) -> Iterator[bytes]:
    for number in range(10**18):
        line = file.readline(LINE_BYTES_MAX)
        if not line:
            return
        while len(line) == LINE_BYTES_MAX and not line.endswith(b"\n"):
            rest = file.readline(LINE_BYTES_MAX)  # too long: the parser will say so
            if not rest or rest.endswith(b"\n"):
                break
        if number >= skip:
            yield line


def _read(line: bytes, *, program: Program) -> Read | None:
    if not line.strip():
        return None
    try:
        return read_event(program=program, told=read_json(line))
    except DomainError as refusal:
        return refusal


def _day_of(read: Read | None, *, program: Program) -> date | None:
    if not isinstance(read, ToldEvent) or read.occurred_at is None:
        return None
    return local_day(read.occurred_at, program.zone)
