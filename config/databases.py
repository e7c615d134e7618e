"""How we speak to PostgreSQL and Valkey: addresses, time limits, pools."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

# V-27, milliseconds: statement, lock, idle in transaction. A migration sets its own per step.
LIMITS = {
    "web": (5_000, 2_000, 10_000),
    "jobs": (30_000, 5_000, 30_000),
    "reports": (30_000, 1_000, 30_000),
    "migrations": (0, 2_000, 60_000),
}
# What we wait for on our side of the wire, seconds: one statement, a whole unit of work.
SECONDS_MAX = {"web": (5, 8), "jobs": (30, 60), "reports": (30, 60), "migrations": (3600, 3600)}
# How an address calls a thing, and how Django does.
NAMES = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
CONNECT_SECONDS_MAX = 3
POOL_MAX = 8  # twice the threads of one web process: streams may hold a second connection


def database(url: str, *, role: str, pool: bool) -> dict[str, Any]:
    """Django's settings for one database."""
    if role not in LIMITS:
        raise ImproperlyConfigured(f"WAFA_ROLE must be one of {', '.join(LIMITS)}.")
    address = conninfo_to_dict(url)
    statement, lock, idle = LIMITS[role]
    options: dict[str, Any] = {
        **{name: value for name, value in address.items() if name not in NAMES},
        "connect_timeout": CONNECT_SECONDS_MAX,
        # A server that vanished is noticed even while we only wait for its answer.
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "application_name": f"wafa-{role}",
        "options": (
            f"-c statement_timeout={statement} -c lock_timeout={lock} "
            f"-c idle_in_transaction_session_timeout={idle} "
            # Hot statements are planned once a connection (foundation/statements.py); only they are prepared.
            "-c plan_cache_mode=force_generic_plan"
        ),
    }
    if pool:
        options["pool"] = {
            "min_size": 1,
            "max_size": POOL_MAX,
            "timeout": CONNECT_SECONDS_MAX,
            "max_lifetime": 1800,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{setting: str(address.get(name) or "") for name, setting in NAMES.items()},
        "ATOMIC_REQUESTS": False,  # units of work are durable: nothing may be open around them
        "CONN_MAX_AGE": 0 if pool else 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def valkey_address(url: str, *, number: int) -> str:
    """Valkey's address for the cache, in the client's own spelling."""
    if url.startswith("unix:"):
        return f"{url.split('?')[0]}?db={number}"
    return f"{url.rstrip('/')}/{number}" if not urlsplit(url).path.strip("/") else url


def broker_address(url: str, *, number: int) -> str:
    """Valkey's address for wake-ups, in Celery's spelling."""
    if url.startswith("unix:"):
        return f"redis+socket://{url.removeprefix('unix://').split('?')[0]}?virtual_host={number}"
    return valkey_address(url, number=number)
