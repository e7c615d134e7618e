"""Tokens: short-lived proof that a storefront vouches for one of its members (S-11 to S-13).

Issued by us alone and checked by us alone: one algorithm, one key per programme, every claim required.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from django.conf import settings

from loyalty.foundation.ids import Id, read_id, shown
from loyalty.foundation.refusals import NotFound

ALGORITHM: Final = "HS256"
ISSUER: Final = "wafa"
LIFE_MAX: Final = timedelta(minutes=15)
SKEW: Final = timedelta(seconds=60)
CLAIMS: Final = ("iss", "aud", "sub", "iat", "exp", "jti", "scope", "epoch")
MEMBER_SCOPE: Final = "me"
CONFIRMED_SCOPE: Final = "confirmed"  # the member has just proved who they are (S-19)
CONFIRMED_LIFE: Final = timedelta(minutes=5)

EpochOf = Callable[[Id, Id], int | None]
_epochs: list[EpochOf] = []


class TokenRefused(Exception):
    """Not a token of ours, or one whose time is over. Why stays with us: callers hear one answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """What a valid token says."""

    program_id: Id
    member_id: Id
    scopes: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A fresh token and the end of its life."""

    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Issued(expires_at={self.expires_at})"


def tells_epochs(epoch_of: EpochOf) -> EpochOf:
    """Register who knows a member's epoch by programme and member id; None means: may not enter (S-12)."""
    _epochs[:] = [epoch_of]
    return epoch_of


def issue(
    *,
    program_id: Id,
    member_id: Id,
    epoch: int,
    at: datetime,
    life: timedelta = LIFE_MAX,
    scopes: Collection[str] = (MEMBER_SCOPE,),
) -> Issued:
    """A token for this member. `epoch` is the member's present one: raising it kills the token."""
    assert timedelta(0) < life <= LIFE_MAX, "a token lives at most 15 minutes"
    issued_at = at.astimezone(UTC).replace(microsecond=0)
    key = _keys_of(program_id)[0]
    claims = {
        "iss": ISSUER,
        "aud": shown("prg", program_id),
        "sub": shown("mem", member_id),
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + life).timestamp()),
        "jti": secrets.token_urlsafe(16),
        "scope": " ".join(sorted(scopes)),
        "epoch": epoch,
    }
    token = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": _kid_of(key)})
    return Issued(token=token, expires_at=issued_at + life)


def read(text: str, *, at: datetime) -> Token:
    """What this token says, if it is ours, of this moment, and the member's epoch is still the same."""
    program_id = _audience_of(text)
    claims = _claims_of(text, key=_key_named(text, program_id=program_id), program_id=program_id)
    _check_times(claims, at=at)
    try:
        member_id = read_id("mem", claims["sub"])
    except NotFound as unknown:
        raise TokenRefused from unknown
    assert _epochs, "loyalty.members registers who knows a member's epoch"
    if _epochs[0](program_id, member_id) != claims["epoch"]:
        raise TokenRefused
    scopes = frozenset(claims["scope"].split())
    return Token(program_id=program_id, member_id=member_id, scopes=scopes)


def _audience_of(text: str) -> Id:
    """Whose key has to have signed this. Nothing else of an unchecked token is believed."""
    try:
        claims = jwt.decode(text, options={"verify_signature": False})
        return read_id("prg", str(claims.get("aud")))
    except (jwt.PyJWTError, NotFound, ValueError) as error:
        raise TokenRefused from error


def _key_named(text: str, *, program_id: Id) -> bytes:
    named = str(jwt.get_unverified_header(text).get("kid"))
    for key in _keys_of(program_id):
        if hmac.compare_digest(_kid_of(key), named):
            return key
    raise TokenRefused


def _claims_of(text: str, *, key: bytes, program_id: Id) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=[ALGORITHM],
            audience=shown("prg", program_id),
            issuer=ISSUER,
            # Times are checked by hand, against the instant that the door took.
            options={
                "require": list(CLAIMS),
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise TokenRefused from error
    whole = {"iat", "exp", "epoch"}
    for name in CLAIMS:
        wanted = int if name in whole else str
        if not isinstance(claims[name], wanted) or isinstance(claims[name], bool):
            raise TokenRefused
    return claims


def _check_times(claims: dict[str, Any], *, at: datetime) -> None:
    now, skew = at.timestamp(), SKEW.total_seconds()
    life = claims["exp"] - claims["iat"]
    fits = 0 < life <= LIFE_MAX.total_seconds()
    if not fits or claims["iat"] > now + skew or claims["exp"] <= now - skew:
        raise TokenRefused


def _keys_of(program_id: Id) -> list[bytes]:
    """The programme's signing keys, today's first: derived, so that no table holds one."""
    roots = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [
        hmac.digest(root.encode(), b"wafa.member-token:" + program_id.bytes, "sha256")
        for root in roots
    ]


def _kid_of(key: bytes) -> str:
    return hashlib.sha256(b"wafa.kid:" + key).hexdigest()[:16]
