"""Authenticating: from a credential to a programme, an actor and scopes."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from loyalty.access import tokens
from loyalty.access.callers.addresses import address_of, is_within
from loyalty.access.credentials import keys
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.programs.models import Program

CREDENTIAL_MARKS: Final = ("wafa_sk_", "wafa_pk_", "eyJ")
CREDENTIAL_NAMES: Final = {"access_token", "api_key", "apikey", "authorization"}
CREDENTIAL_LENGTH_MAX: Final = 2_000  # a member token has some 500


class CredentialMissing(DomainError):
    """The call names nobody."""

    code = "credential_missing"
    kind = Kind.UNAUTHENTICATED
    title = _("Credential missing")
    detail = _("Send an API key or a member token as “Authorization: Bearer …”.")


class CredentialInvalid(DomainError):
    """Misspelled, unknown, expired or revoked: whoever asks learns no more than that."""

    code = "credential_invalid"
    kind = Kind.UNAUTHENTICATED
    title = _("Credential not valid")
    detail = _("This key or token is not known, or is valid no more.")


class CredentialInUrl(DomainError):
    """Addresses end up in logs and histories; a credential must never stand in one (S-10)."""

    code = "credential_in_url"
    kind = Kind.MALFORMED
    title = _("Credential in the address")
    detail = _("Send credentials in the Authorization header only, and replace this one.")


class AddressNotAllowed(DomainError):
    """The key has an address list, and this caller is not on it."""

    code = "address_not_allowed"
    kind = Kind.FORBIDDEN
    title = _("Address not allowed")
    detail = _("This key may not be used from this address.")


class OriginNotAllowed(DomainError):
    """A publishable key works only on the pages it was made for."""

    code = "origin_not_allowed"
    kind = Kind.FORBIDDEN
    title = _("Origin not allowed")
    detail = _("This key may not be used on this page.")


class CallerKind(StrEnum):
    """What sort of credential a caller holds."""

    SECRET = "secret"  # noqa: S105 (a word, not a password)
    PUBLISHABLE = "publishable"
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who calls. Everything the call may see starts from `program` and, for a member token, `member_id`."""

    kind: CallerKind
    program: Program
    actor: Actor
    scopes: Collection[str]
    key: ApiKey | None = None
    member_id: Id | None = None
    origins: Collection[str] = field(default=())

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_staff: ClassVar[bool] = False


def caller_of(request: HttpRequest, *, at: datetime) -> Caller:
    """The caller behind this request's credential; raises one of this page's refusals."""
    refuse_credential_in_url(request)
    scheme, _space, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise CredentialMissing
    credential = credential.strip()
    if len(credential) > CREDENTIAL_LENGTH_MAX:
        raise CredentialInvalid
    if credential.count(".") == 2:
        return _member_behind(credential, at=at)
    return _key_holder(credential, request=request, at=at)


def refuse_credential_in_url(request: HttpRequest) -> None:
    """Refuse a call whose query string looks like it holds a credential."""
    for name, value in request.GET.items():
        if name.lower() in CREDENTIAL_NAMES or any(mark in str(value) for mark in CREDENTIAL_MARKS):
            raise CredentialInUrl


def origin_of(request: HttpRequest) -> str:
    """The page's origin as the browser told it, or nothing."""
    return request.headers.get("Origin", "")


def _key_holder(credential: str, *, request: HttpRequest, at: datetime) -> Caller:
    if not keys.is_spelled_right(credential):
        raise CredentialInvalid
    key = (
        ApiKey.objects.select_related("program")
        .filter(digest=keys.digest_of(credential), revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=at))
        .first()
    )
    if key is None or not credential.startswith(
        keys.PREFIXES[KeyKind(key.kind), key.program.is_test]
    ):
        raise CredentialInvalid
    if key.networks and not is_within(address_of(request), key.networks):
        raise AddressNotAllowed
    if key.kind == KeyKind.PUBLISHABLE and origin_of(request) not in key.origins:
        raise OriginNotAllowed
    _note_use(key, at=at)
    return Caller(
        kind=CallerKind(key.kind),
        program=key.program,
        actor=Actor(kind=ActorKind.KEY, id=key.pk),
        scopes=frozenset(key.scopes),
        key=key,
        origins=key.origins,
    )


def _note_use(key: ApiKey, *, at: datetime) -> None:
    """Remember the hour of the last use: one write an hour, not one a call (S-8)."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < hour:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=hour)


def _member_behind(credential: str, *, at: datetime) -> Caller:
    try:
        token = tokens.read(credential, at=at)
    except tokens.TokenRefused as refused:
        raise CredentialInvalid from refused
    program = Program.objects.filter(pk=token.program_id).first()
    if program is None:
        raise CredentialInvalid
    return Caller(
        kind=CallerKind.MEMBER,
        program=program,
        actor=Actor(kind=ActorKind.MEMBER, id=token.member_id),
        scopes=token.scopes,
        member_id=token.member_id,
    )


def real_now() -> datetime:
    """Keys and tokens live by the real clock, whatever a test programme's says (V-25)."""
    return timezone.now()
