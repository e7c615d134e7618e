"""`make bench`: every figure in one run, written to docs/reference/figures.md."""

import argparse
import os
import sys


def main() -> int:
    """Zero when every gate is reached."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("WAFA_ROLE", "migrations")  # no server-side limit cuts a measurement
    import django

    django.setup()
    from benchmarks import page, running

    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", help="such as P-1,P-5; the other lines of the page are kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--small", action="store_true", help="a tenth of everything; writes no page"
    )
    told = parser.parse_args()
    figures = running.run_all(
        only=told.only.split(",") if told.only else None, seed=told.seed, small=told.small
    )
    print(page.in_lines(figures))
    if not told.small:
        page.write(figures, seed=told.seed)
    return 0 if all(each.reached is not False for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
