"""How mail leaves, from one address: a mail server, a directory, or the terminal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEVELOPMENT: Final = (
    "file:"  # into DATA_DIR/mail, where whoever tries things out finds links and codes
)
PORTS: Final = {"smtp": 25, "smtps": 465}
PLACE: Final = "django.core.mail.backends"


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """Django's settings for mail, each under its own name."""

    backend: str
    directory: str | None = None
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    ssl: bool = False


def mail_settings(address: str, *, data: Path) -> MailSettings:
    """What this address means. Raises ImproperlyConfigured, without repeating what may hold a password."""
    told = urlsplit(address)
    if told.scheme == "console":
        return MailSettings(backend=f"{PLACE}.console.EmailBackend")
    if told.scheme == "file":
        return MailSettings(
            backend=f"{PLACE}.filebased.EmailBackend", directory=told.path or str(data / "mail")
        )
    tls = parse_qs(told.query).get("tls", ["no"])[-1]
    if told.scheme not in PORTS or not told.hostname or tls not in {"no", "start"}:
        raise ImproperlyConfigured("WAFA_MAIL_URL must be smtp://…, smtps://…, file:… or console:.")
    return MailSettings(
        backend=f"{PLACE}.smtp.EmailBackend",
        host=told.hostname,
        port=told.port or PORTS[told.scheme],
        user=unquote(told.username or ""),
        password=unquote(told.password or ""),
        tls=tls == "start",
        ssl=told.scheme == "smtps",
    )
