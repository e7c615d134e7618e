"""`make openapi`: the description of the API, as it is served, in one committed file."""

import sys
import tempfile
from pathlib import Path

from django.core.management import call_command

DESCRIPTION = Path("docs/reference/openapi.yaml")


def described() -> str:
    """The description in YAML; a view that cannot be described in full is an error."""
    with tempfile.NamedTemporaryFile("r", suffix=".yaml") as draft:
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", draft.name)
        return draft.read()


def main(arguments: list[str]) -> int:
    """Write the file; with `--check` only say whether it is right."""
    wanted = described()
    if "--check" not in arguments:
        DESCRIPTION.write_text(wanted)
        return 0
    if DESCRIPTION.exists() and DESCRIPTION.read_text() == wanted:
        return 0
    sys.stdout.write(f"{DESCRIPTION} is not what is served: make openapi\n")
    return 1


if __name__ == "__main__":
    import django

    django.setup()
    sys.exit(main(sys.argv[1:]))
