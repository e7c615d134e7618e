"""The directory of one running Wafa: its data, its logs, and a lock so that there is only one."""

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.embedded import places

LOG_BYTES_MAX = 10 * 1024**2  # then the log is put aside at the next start; one earlier is kept


class InUse(RuntimeError):
    """Another Wafa runs with this directory, or on this port."""


@dataclass(frozen=True)
class Home:
    """Everything of one running Wafa lies below `directory`."""

    directory: Path

    @property
    def sockets(self) -> Path:
        """Where the servers listen."""
        return places.socket_directory(self.directory / "sockets")

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one; the lock ends with the process, however that ends."""
        places.private(self.directory)
        with (self.directory / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InUse(f"Wafa already runs with DATA_DIR={self.directory}.") from None
            yield

    @property
    def metrics(self) -> Path:
        """Where all processes count together."""
        return self.directory / "metrics"

    def forget_metrics(self) -> None:
        """Count from nothing: what stands there belongs to processes that are gone."""
        shutil.rmtree(self.metrics, ignore_errors=True)
        self.metrics.mkdir()

    def log(self, name: str) -> Path:
        """The log of one part."""
        path = self.directory / "logs" / f"{name}.log"
        path.parent.mkdir(exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.1"))
        return path
