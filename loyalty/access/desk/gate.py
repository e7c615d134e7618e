"""Gate: whether a signed-in browser may go on, has to show a code first, or has to sign in again (S-22)."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeAlias
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from loyalty.access.callers.addresses import address_of
from loyalty.access.staff import signing_in
from loyalty.access.staff.standing import standing_of

View: TypeAlias = Callable[..., HttpResponseBase]


class Gate(StrEnum):
    """What a browser meets."""

    SIGN_IN = "sign_in"
    SECOND_FACTOR = "second_factor"
    OPEN = "open"


def gate_of(request: HttpRequest) -> Gate:
    """What this request meets; looked up once, and the session is kept alive on the way."""
    if not hasattr(request, "_gate"):
        request._gate = _look(request)  # type: ignore[attr-defined]
    return request._gate  # type: ignore[attr-defined, no-any-return]


def _look(request: HttpRequest) -> Gate:
    standing, at = standing_of(request), timezone.now()
    if standing is None or not signing_in.is_alive(request.session, at=at):
        return Gate.SIGN_IN
    signing_in.keep_alive(request.session, at=at)
    if settings.WAFA_STAFF_SECOND_FACTOR and not request.user.is_verified():  # type: ignore[union-attr]
        return Gate.SECOND_FACTOR
    return Gate.OPEN


def fresh(view: View) -> View:
    """Ask for the password again unless it was shown within five minutes: before keys, staff, exports."""

    @wraps(view)
    def guarded(*told: Any, **named: Any) -> HttpResponseBase:
        request = next(value for value in told if isinstance(value, HttpRequest))
        if signing_in.is_fresh(request.session, at=timezone.now()):
            return view(*told, **named)
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('admin:confirm')}?{back}")

    return guarded


class SignInForm(AdminAuthenticationForm):
    """User name and password, counted before they are looked at (S-36)."""

    def clean(self) -> dict[str, Any]:
        attempt = counted(self.request, account=str(self.cleaned_data.get("username", "")))
        told: dict[str, Any] = super().clean()
        signing_in.forgive(attempt=attempt)
        return told


def counted(request: HttpRequest | None, *, account: str) -> Any:
    """An attempt, counted as wrong until it is forgiven; too many become a form's error."""
    address = str(address_of(request)) if request else ""
    try:
        return signing_in.begin_attempt(account=account, address=address, at=timezone.now())
    except signing_in.TooManyAttempts as refusal:
        raise ValidationError(refusal.sentence(), code=refusal.code) from refusal
