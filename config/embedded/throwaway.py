"""Servers for the life of a test run or of one command: in memory, fast, careless, gone afterwards."""

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from config.embedded import children, places
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey

MEMORY = Path("/dev/shm")  # noqa: S108 (each run makes a private directory in it)
ROOM_MIN_BYTES = 1024**3
PREFIX = "wafa-tests-"
STOP_SECONDS_MAX = 10


@contextlib.contextmanager
def throwaway_servers(*, durable: bool = False) -> Iterator[Path]:
    """Set DATABASE_URL, VALKEY_URL and DATA_DIR; servers that the environment names are used instead.

    Durable ones are as careful as in a shop, and on disk: for figures that are to be believed.
    """
    sweep()
    where = Path(tempfile.gettempdir()) if durable else spacious()
    home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=where))
    with contextlib.ExitStack() as cleaning:
        cleaning.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ["DATA_DIR"] = str(home / "data")
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(home, places.socket_directory(home / "s"), durable=durable)
            postgres.start()
            assert postgres.child
            cleaning.callback(shutil.rmtree, postgres.data, ignore_errors=True)
            cleaning.callback(
                children.stop,
                postgres.child,
                ask=signal.SIGQUIT,  # at once: nothing is worth writing down
                patience_seconds=STOP_SECONDS_MAX,
            )
            os.environ["DATABASE_URL"] = postgres.url("postgres")
        if not os.environ.get("VALKEY_URL"):
            valkey = Valkey(home, places.socket_directory(home / "s"))
            valkey.start()
            cleaning.callback(valkey.stop)
            os.environ["VALKEY_URL"] = valkey.url
        yield home


def spacious() -> Path:
    """Memory if there is plenty, else the usual place for temporary files."""
    enough = places.free_bytes(MEMORY) >= ROOM_MIN_BYTES and os.access(MEMORY, os.W_OK)
    return MEMORY if enough else Path(tempfile.gettempdir())


def sweep() -> None:
    """Remove what runs left behind that were killed; their servers died with them."""
    for left in (*MEMORY.glob(f"{PREFIX}*"), *Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        owner = left.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
