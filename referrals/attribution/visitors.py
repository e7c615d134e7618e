"""Visitors: a random token for one browser, signed, so that nobody can make one up (R-10, R-17)."""

import base64
import hmac
import os
from typing import Final

from loyalty.foundation.sealing import short_digest, token

VISITOR_BYTES: Final = 16  # 128 random bits
MARK: Final = "wv1"
COOKIE: Final = "wafa_ref"
_PARTS: Final = 3


def new_visitor() -> bytes:
    """A fresh visitor."""
    return os.urandom(VISITOR_BYTES)


def signed(visitor: bytes) -> str:
    """The visitor as cookies and storefronts carry it."""
    return f"{MARK}.{token(visitor)}.{token(_signature(visitor))}"


def read_visitor(text: str) -> bytes | None:
    """The visitor in a token of ours; None for anything else."""
    parts = text.strip().split(".")
    if len(parts) != _PARTS or parts[0] != MARK:
        return None
    visitor, signature = _bytes(parts[1]), _bytes(parts[2])
    if len(visitor) != VISITOR_BYTES or not hmac.compare_digest(signature, _signature(visitor)):
        return None
    return visitor


def _signature(visitor: bytes) -> bytes:
    return short_digest(visitor.hex(), purpose="referral.visitor")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""
