"""`make docs`: the page of every setting, from the one list that the settings are read by."""

from pathlib import Path

from config.environment import KNOWN, SECRETS

PAGE = Path("docs/reference/settings.md")
PLAIN = {
    "DATABASE_URL": "PostgreSQL, such as postgresql://wafa:…@db/wafa?sslmode=require",
    "VALKEY_URL": "Valkey or Redis, such as rediss://valkey; cache in database 0, wake-ups in 1",
    "DATA_DIR": "where a server in the foreground keeps everything; `.data`",
    "PORT": "where a server in the foreground listens; 8000",
}


def written() -> str:
    """The page."""
    rows = [f"| `{name}` | {said} |" for name, said in {**PLAIN, **KNOWN}.items()]
    return "\n".join(
        [
            "# Settings",
            "",
            "Everything comes by environment. A variable also comes in the file that `<name>_FILE` names. A production server needs "
            + ", ".join(
                f"`{name}`" for name in ("DATABASE_URL", "VALKEY_URL", "WAFA_MODE", *SECRETS)
            )
            + ", `WAFA_BASE_URL` and `WAFA_ALLOWED_HOSTS`; a development machine needs none, and draws its secrets into `DATA_DIR`.",
            "",
            "Written by `make docs`; do not edit by hand.",
            "",
            "| variable | what it says |",
            "|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(written())
