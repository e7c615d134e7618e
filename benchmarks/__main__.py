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
    is_reached = True
    only = told.only.split(",") if told.only else None
    for figures in running.run_all(only=only, seed=told.seed, small=told.small):
        print(page.in_lines(figures), flush=True)
        if not told.small:  # at once: a run that is stopped keeps what it has found
            page.write(figures, seed=told.seed)
        is_reached = is_reached and all(each.reached is not False for each in figures)
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main())
