"""`python -m config.running`: what `make run`, `make demo` and `make clean-demo` call."""

import argparse
import os
import shutil
import sys
from pathlib import Path

from config.embedded.binaries import MissingServer
from config.embedded.postgres import Postgres, ServerFailed
from config.running.home import Home, InUse
from config.running.supervising import Supervisor


def main() -> int:
    """Run until told to stop; 0 then, and 1 with one line if it cannot be."""
    options = read_options()
    home = Home(options.data)
    try:
        with home.locked():
            if options.clean:
                clean(home)
                return 0
            port = int(os.environ.get("PORT") or "8000")
            demo = ["--large"] if options.large else []
            return Supervisor(home=home, port=port, demo=demo if options.demo else None).run()
    except (InUse, ServerFailed, MissingServer) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1


def read_options() -> argparse.Namespace:
    """The command line; DATA_DIR and PORT come by environment."""
    reading = argparse.ArgumentParser(prog="python -m config.running", description=__doc__)
    reading.add_argument("--demo", action="store_true", help="a café with real purchases")
    reading.add_argument("--large", action="store_true", help="all of the purchases")
    reading.add_argument("--clean", action="store_true", help="remove everything that was kept")
    reading.set_defaults(data=Path(os.environ.get("DATA_DIR") or ".data").absolute())
    return reading.parse_args()


def clean(home: Home) -> None:
    """Remove the directory, and what had to lie elsewhere."""
    shutil.rmtree(Postgres(home.directory, home.sockets).data, ignore_errors=True)
    shutil.rmtree(home.directory)
    sys.stdout.write(f"removed {home.directory}\n")


if __name__ == "__main__":
    sys.exit(main())
