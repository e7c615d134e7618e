"""Mishaps: answers to what reaches no view of ours, or broke in one. No stack, no version, no query (S-63)."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loyalty.foundation.refusals import DomainError, Kind, Malformed, NotFound
from loyalty.foundation.wire import problems
from loyalty.foundation.wire.middleware import API


class InternalError(DomainError):
    """Something of ours broke. The request id finds the log line; nothing half done was kept."""

    code = "internal_error"
    kind = Kind.UNAVAILABLE
    title = gettext_lazy("Something broke")
    detail = gettext_lazy(
        "This is our mistake. Nothing half done was kept; the request id finds it."
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, as for an unknown host."""
    return _answer(request, Malformed(), status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, on pages only: the API has refusals of its own."""
    return _page(request, status=HTTPStatus.FORBIDDEN, title=_("Not allowed"), detail="")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 for an address that nothing stands behind."""
    return _answer(request, NotFound(), status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500."""
    return _answer(request, InternalError(), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _answer(request: HttpRequest, refusal: DomainError, *, status: HTTPStatus) -> HttpResponse:
    if not request.path.startswith(API):
        return _page(request, status=status, title=str(refusal.title), detail=refusal.sentence())
    body = problems.body_of(refusal, request_id=_request_id(request))
    body["status"] = int(status)
    return JsonResponse(body, status=status, content_type=problems.CONTENT_TYPE)


def _page(request: HttpRequest, *, status: HTTPStatus, title: str, detail: str) -> HttpResponse:
    values = {"title": title, "detail": detail, "request_id": _request_id(request)}
    return HttpResponse(loader.render_to_string("mishap.html", values), status=status)


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
