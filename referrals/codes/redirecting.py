"""Redirecting: where a link leads. Never anywhere but the plan's own storefront (R-8, R-9)."""

from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

_REFUSED: Final = ("\\", "%5c", "%2f")


def target_of(*, to: str, origin: str, landing: str, code: str | None) -> str:
    """The address that a link leads to: the wanted path on the storefront if it is one, else the landing page."""
    address = urljoin(f"{origin}/", to) if is_path(to) else ""
    if origin_of(address) != origin_of(origin):
        address = urljoin(f"{origin}/", landing)
    if code is None:
        return address
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode({"ref": code})) if part)
    return parts._replace(query=query).geturl()


def is_path(to: str) -> bool:
    """One leading slash, then neither slash nor backslash; no control character, no encoded slash or backslash."""
    if not to.startswith("/") or to[1:2] in {"/", "\\"}:
        return False
    if any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in to):
        return False
    return not any(each in to.lower() for each in _REFUSED)


def origin_of(address: str) -> str:
    """Scheme, host and port of an address; nothing if it has none."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""
