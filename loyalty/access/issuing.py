"""Issuing: keys made, rotated and revoked (S-7 to S-9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty.access import auditing
from loyalty.access.callers.addresses import read_network
from loyalty.access.credentials import keys
from loyalty.access.credentials.scopes import SCOPES_MAX, is_scope, tidy
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.programs.models import Program

OVERLAP_DEFAULT: Final = timedelta(hours=24)  # time to put the new key everywhere
OVERLAP_MAX: Final = timedelta(days=7)
LISTED_MAX: Final = 50  # origins, networks: a longer list is a firewall's work


class KeyNotPossible(DomainError):
    """A key with an unknown scope, a malformed network, or origins that do not fit its kind."""

    code = "key_not_possible"
    kind = Kind.REFUSED
    title = _("This key cannot be made")
    detail = _("{what} does not fit a {kind} key.")


class KeyGone(DomainError):
    """Revoked for good, or replaced already: make a new one."""

    code = "key_gone"
    kind = Kind.CONFLICT
    title = _("This key is gone")
    detail = _("A revoked or replaced key cannot be rotated.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a key shall be."""

    name: str
    kind: KeyKind = KeyKind.SECRET
    scopes: Collection[str] = ()
    networks: Collection[str] = ()
    origins: Collection[str] = ()
    expires_at: datetime | None = None
    points_a_day: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """A key's row, and its text: this once, or None where the key was there already."""

    key: ApiKey
    text: str | None


@unit_of_work
def create_key(*, program: Program, wish: Wish, actor: Actor, at: datetime) -> Made:
    """Make a key; its text is in the answer and nowhere else. Raises KeyNotPossible."""
    return _made(program=program, wish=wish, actor=actor, at=at)


@unit_of_work
def ensure_key(*, program: Program, wish: Wish, actor: Actor, at: datetime) -> Made:
    """The programme's living key of this name, made if there is none. Its text is told only when it is made."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)  # two scripts, one key
    known = living_keys(program=program, at=at).filter(name=wish.name).order_by("-id").first()
    if known is not None:
        return Made(key=known, text=None)
    return _made(program=program, wish=wish, actor=actor, at=at)


@unit_of_work
def rotate_key(
    *, key: ApiKey, actor: Actor, at: datetime, overlap: timedelta = OVERLAP_DEFAULT
) -> Made:
    """A new key like this one; the old one lives on for the overlap, 0 to 7 days. Raises KeyGone."""
    assert timedelta(0) <= overlap <= OVERLAP_MAX, "an overlap lasts 0 to 7 days"
    old = ApiKey.objects.select_for_update(of=("self",)).select_related("program").get(pk=key.pk)
    if old.revoked_at or ApiKey.objects.filter(replaces=old).exists():
        raise KeyGone
    wish = Wish(
        name=old.name,
        kind=KeyKind(old.kind),
        scopes=old.scopes,
        networks=old.networks,
        origins=old.origins,
        expires_at=old.expires_at,
        points_a_day=old.points_a_day,
    )
    made = _made(program=old.program, wish=wish, actor=actor, at=at, replaces=old)
    ends_at = at + overlap
    if old.expires_at is None or old.expires_at > ends_at:
        ApiKey.objects.filter(pk=old.pk).update(expires_at=ends_at)
    return made


@unit_of_work
def revoke_key(*, key: ApiKey, actor: Actor, at: datetime) -> None:
    """End this key. Every process sees it with its next request, for none keeps keys in memory (S-9)."""
    changed = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)
    if changed:
        auditing.record(_deed("keys.revoke", key=key, actor=actor, at=at))


def living_keys(*, program: Program, at: datetime) -> QuerySet[ApiKey]:
    """Keys that are neither revoked nor expired nor replaced."""
    return ApiKey.objects.filter(program=program, revoked_at=None, replaced_by=None).exclude(
        expires_at__lte=at
    )


@inside_unit_of_work
def _made(
    *, program: Program, wish: Wish, actor: Actor, at: datetime, replaces: ApiKey | None = None
) -> Made:
    _check(wish)
    secret = keys.fresh(kind=wish.kind, is_test=program.is_test)
    key = ApiKey.objects.create(
        program=program,
        name=wish.name,
        kind=wish.kind,
        shown_prefix=secret.prefix,
        last_four=secret.last_four,
        digest=secret.digest,
        scopes=tidy(wish.scopes),
        networks=tidy(wish.networks),
        origins=tidy(wish.origins),
        expires_at=wish.expires_at,
        points_a_day=wish.points_a_day,
        created_by=actor.shown,
        replaces=replaces,
    )
    action = "keys.rotate" if replaces else "keys.create"
    auditing.record(_deed(action, key=key, actor=actor, at=at))
    return Made(key=key, text=secret.text)


def _check(wish: Wish) -> None:
    wrong = _first_wrong(wish)
    if wrong is not None:
        raise KeyNotPossible(what=wrong, kind=wish.kind.value)


def _first_wrong(wish: Wish) -> str | None:
    """The first thing about this wish that cannot be, or None."""
    if not wish.scopes or len(wish.scopes) > SCOPES_MAX:
        return "scopes"
    if len(wish.networks) > LISTED_MAX or len(wish.origins) > LISTED_MAX:
        return "list"
    misspelled = [
        *(scope for scope in wish.scopes if not is_scope(scope)),
        *(network for network in wish.networks if not _is_network(network)),
        *(origin for origin in wish.origins if not is_origin(origin)),
    ]
    if misspelled:
        return misspelled[0]
    return None if bool(wish.origins) == (wish.kind is KeyKind.PUBLISHABLE) else "origins"


def is_origin(text: str) -> bool:
    """Scheme, host and perhaps port, exactly as browsers send it; plain http on this machine only."""
    scheme, _separator, rest = text.partition("://")
    host = rest.rsplit(":", 1)[0] if not rest.endswith("]") else rest
    is_here = host in {"localhost", "127.0.0.1", "[::1]"}
    if scheme != "https" and not (scheme == "http" and is_here):
        return False
    return bool(rest) and rest == rest.lower() and not set(rest) & set("/?#@*\\ \t\r\n,;")


def _is_network(text: str) -> bool:
    try:
        read_network(text)
    except ValueError:
        return False
    return True


def _deed(action: str, *, key: ApiKey, actor: Actor, at: datetime) -> auditing.Deed:
    return auditing.Deed(
        program_id=key.program_id,
        actor=actor,
        action=action,
        at=at,
        object_kind="key",
        object_id=key.shown_id,
        changes={"name": key.name, "kind": key.kind, "scopes": key.scopes},
    )
