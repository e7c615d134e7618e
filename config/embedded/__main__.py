"""`python -m config.embedded [--durable] COMMAND …`: a command with servers of its own, gone when it ends."""

import subprocess
import sys

from config.embedded.throwaway import throwaway_servers


def main() -> int:
    """The command's own exit code."""
    durable = sys.argv[1:2] == ["--durable"]
    with throwaway_servers(durable=durable):
        return subprocess.run(sys.argv[1 + durable :], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
