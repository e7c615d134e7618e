"""Whether files are too big to keep: `python -m tests.architecture.big_files FILE…`."""

import sys
from pathlib import Path
from typing import Final

BYTES_MAX: Final = 1_000_000  # the description of the API is the biggest thing that belongs here


def too_big(paths: list[Path]) -> list[str]:
    """A sentence for each file over the limit."""
    sizes = {path: path.stat().st_size for path in paths if path.is_file()}
    return [f"{path}: {size} bytes" for path, size in sizes.items() if size > BYTES_MAX]


def main(paths: list[str]) -> int:
    """0 if all is well."""
    found = too_big([Path(path) for path in paths])
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
