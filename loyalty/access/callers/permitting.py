"""Permitting: which callers may use which operation; everything undeclared is closed (S-1)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from loyalty.access.callers.authenticating import Caller, CallerKind
from loyalty.access.credentials.scopes import allows
from loyalty.foundation.refusals import DomainError, Kind

SAME_AS: Final = {"HEAD": "GET"}


class ScopeMissing(DomainError):
    """The credential is good, but it was not made for this; nothing was done."""

    code = "scope_missing"
    kind = Kind.FORBIDDEN
    title = _("Not allowed")
    detail = _("This operation needs the scope {scope}.")


class CredentialNotAccepted(DomainError):
    """This operation is not open to this kind of credential, whatever its scopes."""

    code = "credential_not_accepted"
    kind = Kind.FORBIDDEN
    title = _("Not with this credential")
    detail = _("This operation is not open to a {kind} credential.")


def permit(
    caller: Caller, *, method: str, scopes: Mapping[str, str], publishable: frozenset[str]
) -> None:
    """Refuse a caller that may not do this; raises ScopeMissing or CredentialNotAccepted.

    `publishable` names the methods that a publishable key may use as well.
    """
    method = SAME_AS.get(method, method)
    wanted = scopes.get(method)
    if wanted is None or caller.kind is CallerKind.MEMBER:
        raise CredentialNotAccepted(kind=caller.kind.value)
    if caller.kind is CallerKind.PUBLISHABLE and method not in publishable:
        raise CredentialNotAccepted(kind=caller.kind.value)
    if not allows(caller.scopes, wanted=wanted):
        raise ScopeMissing(scope=wanted)


def permit_member(caller: Caller) -> None:
    """Refuse everyone but a member with a token."""
    if caller.kind is not CallerKind.MEMBER:
        raise CredentialNotAccepted(kind=caller.kind.value)


class Closed(BasePermission):
    """The default of every view that is not one of our doors: closed (S-1)."""

    def has_permission(self, request: object, view: object) -> bool:
        return False
