"""Mishaps: answers to what reaches no view of ours, or broke in one. No stack, no version, no query (S-63).

The page asks nothing of the database: it is the one that is left when the database is away.
"""

import sys
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import DomainError, Kind, Malformed, NotFound, Unavailable
from loyalty.foundation.wire import problems
from loyalty.foundation.wire.middleware import API, Answering
from loyalty.foundation.wire.policies import STILL

LANGUAGE_COOKIE: Final = "wafa_language"  # what a visitor of the pages chose
RETRY_SECONDS: Final = {HTTPStatus.SERVICE_UNAVAILABLE: "60"}


class InternalError(DomainError):
    """Something of ours broke. The request id finds the log line; nothing half done was kept."""

    code = "internal_error"
    kind = Kind.UNAVAILABLE
    title = _("Something broke")
    detail = _("This is our mistake. Nothing half done was kept; the request id finds it.")


class Maintenance(DomainError):
    """The service is closed for a while by whoever runs it (`WAFA_MAINTENANCE`); nothing is lost meanwhile."""

    code = "maintenance"
    kind = Kind.UNAVAILABLE
    title = _("Back in a moment")
    detail = _("We are working on it. Your points are safe; please try again in a few minutes.")


class FormTooOld(DomainError):
    """A form came without the token that proves where it was opened (S-17)."""

    code = "form_too_old"
    kind = Kind.FORBIDDEN
    title = _("Please send it once more")
    detail = _(
        "This form was open for too long, or the browser keeps no cookies. Nothing was done. Open the page again and send it once more."
    )


class Closed(DomainError):
    """A page that this person may not open; the API has refusals of its own."""

    code = "not_allowed"
    kind = Kind.FORBIDDEN
    title = _("Not allowed")
    detail = _("This page is not open to you.")


class WhileClosed:
    """Middleware that answers everything itself while whoever runs the service has closed it."""

    def __init__(self, answer: Answering) -> None:
        self.answer = maintenance if settings.WAFA_MAINTENANCE else answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.answer(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, as for an unknown host."""
    return _answer(request, Malformed(), status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, on pages only."""
    return _answer(request, Closed(), status=HTTPStatus.FORBIDDEN)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without its token: in words, and with a way on."""
    return _answer(request, FormTooOld(), status=HTTPStatus.FORBIDDEN, is_to_try_again=True)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 for an address that nothing stands behind."""
    return _answer(request, NotFound(), status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 where it is the database that is away."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _answer(request, Unavailable(), status=status, is_to_try_again=True)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(request, InternalError(), status=status, is_to_try_again=True)


def maintenance(request: HttpRequest) -> HttpResponse:
    """503, as long as whoever runs the service says so."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return _answer(request, Maintenance(), status=status, is_to_try_again=True)


def _answer(
    request: HttpRequest, refusal: DomainError, *, status: HTTPStatus, is_to_try_again: bool = False
) -> HttpResponse:
    if request.path.startswith(API):
        body = problems.body_of(refusal, request_id=_request_id(request))
        body["status"] = int(status)
        response: HttpResponse = JsonResponse(
            body, status=status, content_type=problems.CONTENT_TYPE
        )
    else:
        response = _page(request, refusal, status=status, is_to_try_again=is_to_try_again)
    if status in RETRY_SECONDS:
        response.headers["Retry-After"] = RETRY_SECONDS[status]
    return response


def _page(
    request: HttpRequest, refusal: DomainError, *, status: HTTPStatus, is_to_try_again: bool
) -> HttpResponse:
    with translation.override(_language_of(request)):
        values = {
            "title": refusal.title,
            "detail": refusal.sentence(),
            "request_id": _request_id(request),
            "again": f"/{request.path.lstrip('/')}" if is_to_try_again else "",
        }
        response = HttpResponse(loader.render_to_string("mishap.html", values), status=status)
        response.headers["Content-Language"] = translation.get_language() or "en"
    response.headers["Cache-Control"] = "no-store"
    response.content_policy = STILL  # type: ignore[attr-defined]
    return response


def _language_of(request: HttpRequest) -> str:
    """What the visitor chose on the pages; staff and everybody else: what the browser asks for."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in dict(settings.LANGUAGES) and not request.path.startswith("/admin/"):
        return chosen
    return translation.get_language_from_request(request)


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
