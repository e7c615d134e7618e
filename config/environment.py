"""What the environment tells us: one list of names, typed reading, secrets of a development machine.

Read once by `config.settings`. A production setting that is careless is refused there, with the
name of the variable, before anything is served.
"""

import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Every variable of ours. Another WAFA_… is a slip of the pen that would silently do nothing (S-64).
KNOWN = {
    "WAFA_MODE": "production, or development (the default)",
    "WAFA_ROLE": "web, jobs, reports or migrations: which time limits the database keeps for us",
    "WAFA_DEBUG": "show stack traces in the browser; development only",
    "WAFA_SECRET_KEY": "signs sessions and tokens; 50 characters or more",
    "WAFA_ENCRYPTION_KEYS": "32 characters or more each, comma separated; the first one is written with",
    "WAFA_PEPPER": "keys the digests of codes and contacts; 32 characters or more",
    "WAFA_BASE_URL": "the address that people and storefronts reach us at, https in production",
    "WAFA_ALLOWED_HOSTS": "host names we answer to, comma separated",
    "WAFA_SECRET_KEY_FALLBACKS": "earlier values of WAFA_SECRET_KEY, still accepted",
    "WAFA_TRUSTED_PROXIES": "networks of proxies whose X-Forwarded-… headers count, comma separated",
    "WAFA_MAIL_URL": "how mail leaves: smtp://user:password@host:587?tls=start, smtps://…, file:directory or console:",
    "WAFA_MAIL_FROM": "the address that mail comes from",
    "WAFA_STAFF_SECOND_FACTOR": "whether staff sign in with a second factor; yes in production",
    "WAFA_MAINTENANCE": "answer every page and call with 503 and a sentence; probes and jobs go on",
    "WAFA_DATABASE_POOL": "whether each process keeps a pool of connections",
    "WAFA_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "WAFA_METRICS_TOKEN": "bearer token for /metrics from elsewhere than this machine",
    "WAFA_POSTGRES_BIN": "directory of PostgreSQL's programs for the server in the box",
    "WAFA_VALKEY_SERVER": "program of the Valkey in the box",
    "WAFA_ROOT_GUISE": "how root starts PostgreSQL: namespace or nobody",
    "WAFA_SUPERVISED": "set by `make run` for its own children",
    "WAFA_TEST_HOME": "set by the test plugin for its own children",
    "WAFA_TEST_RUN": "marks the databases of one run of the tests",
}
SECRETS = ("WAFA_SECRET_KEY", "WAFA_ENCRYPTION_KEYS", "WAFA_PEPPER")


def told(name: str, default: str = "") -> str:
    """The value of a variable, or of the file that `<name>_FILE` names."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text().strip()
    return os.environ.get(name, default)


def told_list(name: str, default: str = "") -> list[str]:
    """A comma separated value."""
    return [part.strip() for part in told(name, default).split(",") if part.strip()]


def told_yes(name: str, *, default: bool) -> bool:
    """A yes or a no; anything else is refused."""
    value = told(name, "yes" if default else "no").lower()
    if value not in {"1", "0", "yes", "no", "true", "false", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")
    return value in {"1", "yes", "true", "on"}


def unknown_variables() -> list[str]:
    """Variables that look like ours and are not."""
    names = {name.removesuffix("_FILE") for name in os.environ if name.startswith("WAFA_")}
    return sorted(names - KNOWN.keys())


def development_secrets(data: Path) -> dict[str, str]:
    """Secrets of this machine, drawn once and kept beside its data, never in the source."""
    kept = data / "secrets.json"
    if not kept.exists():
        data.mkdir(parents=True, exist_ok=True)
        drawn = fresh_secrets()
        # Complete before it has its name: of several processes that start at once, one wins.
        with tempfile.NamedTemporaryFile("w", dir=data, prefix=".secrets-") as draft:
            json.dump(drawn, draft)
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, kept)
    found: dict[str, str] = json.loads(kept.read_text())
    return found


def fresh_secrets() -> dict[str, str]:
    """One new value for each secret."""
    return {
        "WAFA_SECRET_KEY": secrets.token_urlsafe(50),
        "WAFA_ENCRYPTION_KEYS": secrets.token_urlsafe(32),
        "WAFA_PEPPER": secrets.token_urlsafe(32),
    }
