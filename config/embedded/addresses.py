"""Where the servers of a DATA_DIR listen, told by a file that its supervisor keeps there."""

import json
import tempfile
from pathlib import Path

FILE = "running.json"


def embedded_addresses(data: Path) -> dict[str, str]:
    """The addresses, or ones that nobody answers at while nothing runs for this DATA_DIR.

    Keys: `database`, `valkey`, `web`.
    """
    try:
        found: dict[str, str] = json.loads((data / FILE).read_text())
    except (FileNotFoundError, ValueError):
        return {
            "database": "postgresql://wafa@%2Fnothing-runs-here:5432/wafa",
            "valkey": "unix:///nothing-runs-here/valkey.sock",
        }
    return found


def publish(data: Path, addresses: dict[str, str]) -> None:
    """Write the file, whole or not at all."""
    with tempfile.NamedTemporaryFile("w", dir=data, prefix=".running-", delete=False) as draft:
        json.dump(addresses, draft)
    Path(draft.name).replace(data / FILE)


def withdraw(data: Path) -> None:
    """Nothing runs any more."""
    (data / FILE).unlink(missing_ok=True)
