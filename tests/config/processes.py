"""Looking at processes from outside, by /proc: who has which children, and who is still there."""

import os
import time
from pathlib import Path


def stat_of(pid):
    """Fields after the name: state, parent, … start time; nothing once it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields


def descendants_of(pid):
    """Every process below this one, as (pid, start time): a number alone may be used again."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := stat_of(entry.name)):
            parents[int(entry.name)] = (int(fields[1]), fields[19])
    found, wanted = set(), {pid}
    while wanted:
        below = {child for child, (parent, _) in parents.items() if parent in wanted}
        found |= below
        wanted = below
    return {(child, parents[child][1]) for child in found}


def survivors(processes):
    """Which of them still run."""
    return {(pid, start) for pid, start in processes if (now := stat_of(pid)) and now[19] == start}


def command_of(pid):
    """The command line of a process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def the_one(processes, *words):
    """The oldest process whose command line has all these words."""
    matching = [
        (int(start), pid)
        for pid, start in processes
        if all(word in command_of(pid) for word in words)
    ]
    return min(matching)[1] if matching else None


def eventually(question, *, seconds=30):
    """The first answer that counts as yes; fails after a while."""
    until = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < until, f"not within {seconds} s: {question}"
        time.sleep(0.1)
    return answer


def without_servers():
    """An environment in which nothing is given: everything has to be started."""
    unwanted = ("DATABASE_URL", "VALKEY_URL", "DATA_DIR", "PORT", "WAFA_", "PYTEST", "DJANGO")
    return {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
