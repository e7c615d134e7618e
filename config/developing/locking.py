"""`make lock`: the newest versions that fit, with hashes and without the hosts they came from.

Every group is locked in step with the others, so that one environment may hold several.
"""

import re
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path("requirements")
HOST = re.compile(r"https?://")
UV = (
    ".venv/bin/uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes",
    "--no-emit-index-url", "--no-emit-find-links", "--no-annotate",
    "--python-version", "3.11", "--custom-compile-command", "make lock",
)  # fmt: skip
# The largest first: the others follow it.
FIRST = "dev"


def lock(groups: list[str]) -> None:
    """Write `requirements/<group>.txt` from `requirements/<group>.in`."""
    first = REQUIREMENTS / f"{FIRST}.txt"
    for group in [FIRST, *(g for g in groups if g != FIRST)]:
        followed = ["--constraint", str(first)] if group != FIRST else []
        source, target = REQUIREMENTS / f"{group}.in", REQUIREMENTS / f"{group}.txt"
        subprocess.run(
            [*UV, "--upgrade", *followed, str(source), "--output-file", str(target)],
            check=True,
        )
    found = hosts_in(REQUIREMENTS)
    if found:
        sys.exit("a lock names a host:\n" + "\n".join(found))


def hosts_in(directory: Path) -> list[str]:
    """Every line that names a host: a lock must not, for it is used where there is another one."""
    return [
        f"{path}:{number}: {line}"
        for path in sorted(directory.glob("*.*"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if HOST.search(line)
    ]


def unlocked(directory: Path) -> list[str]:
    """What is asked for in an `.in` file and missing from its lock."""
    missing = []
    for source in sorted(directory.glob("*.in")):
        locked = source.with_suffix(".txt")
        held = set(
            re.findall(r"^([\w.-]+)==", locked.read_text() if locked.exists() else "", re.MULTILINE)
        )
        names = re.findall(r"^([A-Za-z][\w.-]*)", source.read_text(), re.MULTILINE)
        missing += [
            f"{source}: {name} is not locked: make lock"
            for name in names
            if name.lower().replace("_", "-") not in held
        ]
    return missing


if __name__ == "__main__":
    lock(sys.argv[1:])
