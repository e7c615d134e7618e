#!/usr/bin/env python3
"""Django's command line. Beside a running server it finds the same database by DATA_DIR."""

import sys

from config.running.commanding import main

if __name__ == "__main__":
    sys.exit(main(sys.argv))
