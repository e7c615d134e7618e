"""Directories for the servers: private, short enough for a socket, open to whom they run as."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

from config.embedded.children import NOBODY, Guise

SOCKET_PATH_MAX = 107  # bytes in sockaddr_un, less the closing zero
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"


def socket_directory(wanted: Path) -> Path:
    """`wanted` if a socket's path fits there, else a short directory that only we may enter."""
    if len(os.fsencode(str(wanted) + LONGEST_SOCKET_NAME)) > SOCKET_PATH_MAX:
        wanted = Path("/tmp") / f"wafa-{os.geteuid()}-{_mark(wanted)}"  # noqa: S108 (0700, ours: checked below)
    return private(wanted)


def private(directory: Path, *, owner: int | None = None) -> Path:
    """Make a directory that nobody else can enter, and refuse one that somebody else made."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    owners = {os.geteuid(), owner if owner is not None else os.geteuid()}
    refuse_foreign(directory, owners=owners)
    directory.chmod(0o700)
    return directory


def refuse_foreign(directory: Path, *, owners: set[int]) -> None:
    """A predictable name in a public place may be somebody's trap."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        raise PermissionError(f"{directory} belongs to somebody else")


def reachable(wanted: Path, guise: Guise) -> Path:
    """`wanted`, or a place in /var/tmp when the user that a server runs as cannot get there."""
    if guise is not Guise.NOBODY or is_open_to_all(wanted.parent):
        return wanted
    return Path("/var/tmp") / f"wafa-{_mark(wanted)}" / wanted.name  # noqa: S108 (handed to nobody, 0700)


def hand_over(directory: Path, guise: Guise) -> Path:
    """Give a directory to the user that a server runs as."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    if guise is not Guise.NOBODY:
        return private(directory)
    refuse_foreign(directory.parent, owners={os.geteuid()})
    private(directory, owner=NOBODY)
    for path in (directory, *directory.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    return directory


def programs_for(programs: Path, guise: Guise) -> Path:
    """The programs, copied with their libraries to where `nobody` can read them if need be."""
    if guise is not Guise.NOBODY or is_open_to_all(programs):
        return programs
    # A wheel finds its libraries beside the package: copy both, in the same relation.
    package = next(p for p in programs.parents if p.parent.name == "site-packages")
    copy = Path("/var/tmp") / f"wafa-programs-{_mark(package)}"  # noqa: S108 (owned by root, read-only to others)
    if not (copy / "complete").exists():
        private(copy)
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name, dirs_exist_ok=True)
        (copy / "complete").touch()
        copy.chmod(0o755)
    return copy / programs.relative_to(package.parent)


def is_open_to_all(directory: Path) -> bool:
    """Whether everybody may pass through to it."""
    steps = [directory.absolute(), *directory.absolute().parents]
    return all(step.stat().st_mode & stat.S_IXOTH for step in steps if step.exists())


def free_bytes(directory: Path) -> int:
    """What is left there; nothing where there is no such directory."""
    return shutil.disk_usage(directory).free if directory.is_dir() else 0


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]
