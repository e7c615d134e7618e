"""Problem responses: the one translator from refusals to RFC 9457 `application/problem+json`."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from loyalty.foundation import metrics
from loyalty.foundation.refusals import (
    DomainError,
    Kind,
    Malformed,
    NotFound,
    Problem,
    Unavailable,
)

CONTENT_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 1

# A body or an `Accept` that we do not speak.
UNREADABLE: Final = (
    exceptions.ParseError,
    exceptions.UnsupportedMediaType,
    exceptions.NotAcceptable,
)

STATUS: Final = {
    Kind.MALFORMED: HTTPStatus.BAD_REQUEST,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.STALE: HTTPStatus.PRECONDITION_FAILED,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.REFUSED: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


class MethodNotAllowed(DomainError):
    """This address does not take that method; `Allow` says which it takes."""

    code = "method_not_allowed"
    kind = Kind.MALFORMED
    title = "Method not allowed"
    detail = "This address does not take {method}."


def body_of(refusal: DomainError, *, request_id: str) -> dict[str, Any]:
    """The problem as JSON: its words follow the active language, its code never does."""
    status = STATUS[refusal.kind]
    body: dict[str, Any] = {
        "type": f"/docs/errors#{refusal.code}",
        "title": str(refusal.title),
        "status": int(status),
        "detail": refusal.sentence(),
        "code": refusal.code,
        "request_id": request_id,
    }
    if refusal.values:
        body["values"] = refusal.plain_values()
    if refusal.problems:
        body["errors"] = [
            {"pointer": problem.pointer, "code": problem.code, "message": str(problem.message)}
            for problem in refusal.problems
        ]
    return body


def response_to(refusal: DomainError, *, request_id: str) -> Response:
    """The answer that carries this refusal."""
    metrics.REFUSALS.labels(code=refusal.code).inc()
    body = body_of(refusal, request_id=request_id)
    answer = Response(body, status=body["status"], content_type=CONTENT_TYPE)
    if refusal.kind in {Kind.UNAVAILABLE, Kind.TOO_MANY} or "retry_after" in refusal.values:
        answer["Retry-After"] = str(refusal.values.get("retry_after", RETRY_SECONDS))
    return answer


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Errors of our own are left to rise: they are logged and answered with 500."""
    refusal = refusal_behind(error)
    if refusal is None:
        return None
    set_rollback()
    request = context.get("request")
    answer = response_to(refusal, request_id=getattr(request, "request_id", ""))
    if isinstance(error, exceptions.MethodNotAllowed):
        answer.status_code = HTTPStatus.METHOD_NOT_ALLOWED
        answer.data["status"] = int(HTTPStatus.METHOD_NOT_ALLOWED)
    for name, value in getattr(error, "auth_headers", {}).items():
        answer[name] = value
    if refusal.kind is Kind.UNAUTHENTICATED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def refusal_behind(error: Exception) -> DomainError | None:
    """What an error says in our own words, if it is one of those that callers cause."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, Http404 | exceptions.NotFound | PermissionDenied):
        return NotFound()
    if isinstance(error, exceptions.ValidationError):
        return Malformed(problems=list(_problems_in(error.detail, pointer="")))
    if isinstance(error, exceptions.MethodNotAllowed):
        return MethodNotAllowed(method=str(error.args[0]) if error.args else _("that method"))
    if isinstance(error, UNREADABLE):
        return Malformed(
            problems=[Problem(pointer="", code="unreadable", message=str(error.detail))]
        )
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable()
    return None


def _problems_in(detail: Any, *, pointer: str) -> list[Problem]:
    if isinstance(detail, dict):
        return [
            problem
            for name, inner in detail.items()
            for problem in _problems_in(inner, pointer=_below(pointer, name))
        ]
    if isinstance(detail, list):
        return [
            problem
            for place, inner in enumerate(detail)
            for problem in _problems_in(
                inner, pointer=_below(pointer, place) if isinstance(inner, dict) else pointer
            )
        ]
    return [Problem(pointer=pointer, code=getattr(detail, "code", "invalid"), message=str(detail))]


def _below(pointer: str, name: object) -> str:
    if name == "non_field_errors":
        return pointer
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"
