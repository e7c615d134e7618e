"""Whether templates hold what the content policy or the reading direction forbids.

`python -m tests.architecture.templates FILE…`; the suite looks at all of them.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FAULTS: Final = {
    "an inline style": re.compile(r"<[^>]+\sstyle\s*=|<style\b"),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>"
    ),
    "an inline handler": re.compile(r"<[^>]+\son[a-z]+\s*="),
    "an outside address": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//"),
    "a text marked safe": re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off"),
}


def found_in(path: Path) -> Iterator[str]:
    """A sentence for each fault of this template."""
    text = path.read_text(encoding="utf-8")
    for what, look in FAULTS.items():
        for match in look.finditer(text):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {what}"


def main(paths: list[str]) -> int:
    """0 if all is well."""
    found = [sentence for path in paths for sentence in found_in(Path(path))]
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
