"""Scopes: what a key may be allowed, as `<resource>:read` and `<resource>:write` (S-8)."""

import re
from collections.abc import Collection, Iterable
from typing import Final

EVERYTHING: Final = "*"
SCOPES_MAX: Final = 100
FORM: Final = re.compile(r"^[a-z][a-z-]{1,39}:[a-z]{2,15}$")


def is_scope(text: str) -> bool:
    """Whether this is spelled like a scope: `members:read`, `vouchers:inspect`, or `*` for all."""
    return text == EVERYTHING or FORM.match(text) is not None


def allows(held: Collection[str], *, wanted: str) -> bool:
    """Whether a holder of these scopes may do what wants this one. Writing does not include reading."""
    return EVERYTHING in held or wanted in held


def tidy(told: Iterable[str]) -> list[str]:
    """The scopes once each and sorted."""
    return sorted(set(told))
