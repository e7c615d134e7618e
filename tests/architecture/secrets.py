"""Whether files hold something that looks like a secret: `python -m tests.architecture.secrets FILE…`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

LOOKS: Final = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE " + "KEY-----"),
    "an API key of ours": re.compile(r"\bwafa_(?:sk_(?:live|test)|pk)_[0-9a-hjkmnp-tv-z]{38}\b"),
    "a webhook secret": re.compile(r"\bwhsec_[A-Za-z0-9+/]{32,}={0,2}"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a forge's token": re.compile(r"\b(?:ghp|gho|ghs|glpat)[_-][A-Za-z0-9_-]{20,}\b"),
    "a password in an address": re.compile(
        r"\b[a-z][a-z0-9+]*://(?!user:password@)[^\s/:@{}<>\"']+:[^\s/@{}<>\"'$]{6,}@"
    ),
}


def found_in(path: Path) -> Iterator[str]:
    """A sentence for each thing in this file that looks like a secret."""
    text = path.read_text(encoding="utf-8", errors="ignore")
    for what, look in LOOKS.items():
        for match in look.finditer(text):
            yield f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {what}"


def main(paths: list[str]) -> int:
    """0 if all is well."""
    found = [sentence for path in paths for sentence in found_in(Path(path))]
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
