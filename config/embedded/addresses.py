"""Where the servers of a DATA_DIR listen, told by a file that its supervisor keeps there."""

import json
import tempfile
from pathlib import Path
from urllib.parse import quote

FILE = "running.json"
NOWHERE = "/nothing-runs-here"


def embedded_addresses(data: Path) -> dict[str, str]:
    """The addresses, or ones that nobody answers at while nothing runs for this DATA_DIR.

    Keys: `database`, `valkey`, `web`.
    """
    try:
        found: dict[str, str] = json.loads((data / FILE).read_text())
    except (FileNotFoundError, ValueError):
        return {
            "database": f"postgresql://wafa@{quote(NOWHERE, safe='')}:5432/wafa",
            "valkey": f"unix://{NOWHERE}/valkey.sock",
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
