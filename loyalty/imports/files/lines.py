"""Lines: one JSON value a line, in UTF-8, from bytes or from a path of any length."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Malformed, Problem
from loyalty.foundation.wire.parsing import read_json
from loyalty.imports.files.sniffing import COLUMNS_MAX
from loyalty.imports.refusals import ImportTooLarge

BLOCK_BYTES: Final = 1_048_576
LINE_BYTES_MAX: Final = 1_048_577  # one more than a body may have, so that the parser can refuse it

Line = tuple[int, bytes]


def measure(path: Path) -> tuple[bytes, int]:
    """The digest of a file and how many lines of it say something, read once from end to end."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            lines += bool(line.strip())
    return digest.digest(), lines


def lines_in(file: IO[bytes]) -> Iterator[Line]:
    """Numbered lines that say something; what is too long is cut where the parser refuses it."""
    number = 0
    while line := file.readline(LINE_BYTES_MAX):
        number += 1
        while len(line) == LINE_BYTES_MAX and not line.endswith(b"\n"):
            rest = file.readline(LINE_BYTES_MAX)
            if not rest or rest.endswith(b"\n"):
                break
        if line.strip():
            yield number, line


def not_json() -> Malformed:
    """What is said of a line that is no text."""
    message = _("This is not JSON in UTF-8.")
    return Malformed(problems=[Problem(pointer="", code="not_json", message=message)])


def value_of(line: bytes) -> Any:
    """The JSON value of a line; raises Malformed or TooLarge."""
    return read_json(line)


def object_of(line: bytes) -> dict[str, Any]:
    """The JSON object of a line; raises Malformed for anything else."""
    told = read_json(line)
    if not isinstance(told, dict):
        raise Malformed(
            problems=[
                Problem(pointer="", code="wrong_type", message=_("An object of names and values."))
            ]
        )
    return told


def names_in(file: IO[bytes]) -> list[str]:
    """Every name that the objects of a file use, in order of appearance; lines that cannot be read have none."""
    names: dict[str, None] = {}
    for _number, line in lines_in(file):
        try:
            names |= dict.fromkeys(object_of(line))
        except DomainError:
            continue
        if len(names) > COLUMNS_MAX:
            raise ImportTooLarge
    return list(names)
