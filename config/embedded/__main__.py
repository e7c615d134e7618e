"""`python -m config.embedded COMMAND …`: a command with servers of its own, gone when it ends."""

import subprocess
import sys

from config.embedded.throwaway import throwaway_servers


def main() -> int:
    """The command's own exit code."""
    with throwaway_servers():
        return subprocess.run(sys.argv[1:], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
