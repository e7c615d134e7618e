"""Policies: what a browser may load for each kind of page, shaped like Django 6's `SECURE_CSP` (S-44)."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, Final, TypeAlias

from django.http import HttpResponseBase

Policy: TypeAlias = Mapping[str, Sequence[str]]
View: TypeAlias = Callable[..., HttpResponseBase]

NONE: Final = "'none'"
SELF: Final = "'self'"

CLOSED: Final[Policy] = {"default-src": [NONE], "frame-ancestors": [NONE]}
PAGES: Final[Policy] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
STILL: Final[Policy] = {**PAGES, "script-src": [NONE], "connect-src": [NONE], "form-action": [NONE]}
PORTAL: Final[Policy] = {**PAGES, "manifest-src": [SELF]}  # a phone may install it (U-56)
API_REFERENCE: Final[Policy] = {**PAGES, "worker-src": [SELF, "blob:"]}

# By the beginning of the address, the longest first; everything else is closed.
BY_PREFIX: Final[Sequence[tuple[str, Policy]]] = (
    ("/docs/api", API_REFERENCE),
    ("/admin/", PAGES),
    ("/p/", PORTAL),
    ("/w/", PAGES),  # and the programme's origins may frame it: the view says which
)


def policy_for(path: str) -> Policy:
    """The policy of the surface that this address belongs to."""
    return next((policy for prefix, policy in BY_PREFIX if path.startswith(prefix)), CLOSED)


def header_of(policy: Policy) -> str:
    """The policy as the `Content-Security-Policy` header."""
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


def with_policy(policy: Policy) -> Callable[[View], View]:
    """Give the answers of one view their own policy, such as a frame that listed origins may embed."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(*told: Any, **named: Any) -> HttpResponseBase:
            response = view(*told, **named)
            response.content_policy = policy  # type: ignore[attr-defined]
            return response

        return guarded

    return wrap
