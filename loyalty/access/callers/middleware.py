"""Middleware: what the API's answers say about rates, and which pages may read them (S-10, S-36)."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from loyalty.access.callers import trace
from loyalty.access.callers.addresses import UNKNOWN, address_of
from loyalty.access.callers.calling import count_unknown
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
from loyalty.foundation.wire.limiting import Taken
from loyalty.foundation.wire.middleware import API, Answering

METHODS_ABROAD: Final = "GET, POST, PATCH, PUT, DELETE"
HEADERS_ABROAD: Final = "Authorization, Content-Type, Idempotency-Key, Accept-Language, If-Match"
EXPOSED: Final = "X-Request-Id, RateLimit, RateLimit-Policy, Retry-After, Idempotent-Replayed"
PREFLIGHT_SECONDS: Final = "600"


class Traced:
    """Remembers address and request id for the audit log while the request lasts."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        address = address_of(request)
        token = trace.current.set(
            trace.Trace(
                address=None if address == UNKNOWN else str(address),
                request_id=str(getattr(request, "request_id", "")),
            )
        )
        try:
            return self.answer(request)
        finally:
            timezone.deactivate()
            trace.current.reset(token)


class Rates:
    """`RateLimit` and `RateLimit-Policy` on every answer of the API, also where no view was reached."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.answer(request)
        if request.path.startswith(API):
            taken: Taken = getattr(request, "rate_taken", None) or count_unknown(request)
            response.headers["RateLimit"] = taken.header
            response.headers["RateLimit-Policy"] = taken.limit.policy
        return response


class Origins:
    """Answers to other pages: exactly the origins that publishable keys list, and never with cookies."""

    def __init__(self, answer: Answering) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        origin = request.headers.get("Origin", "")
        if not request.path.startswith(API) or not origin:
            return self.answer(request)
        asks_first = "Access-Control-Request-Method" in request.headers
        if request.method == "OPTIONS" and asks_first:
            response: HttpResponseBase = HttpResponse(status=204)
            is_listed = ApiKey.objects.filter(
                kind=KeyKind.PUBLISHABLE, revoked_at=None, origins__contains=[origin]
            ).exists()
        else:
            response = self.answer(request)
            is_listed = _is_listed(request, origin=origin)
        patch_vary_headers(response, ["Origin"])
        if is_listed:
            _open(response, origin=origin)
        return response


def _is_listed(request: HttpRequest, *, origin: str) -> bool:
    """Whether the caller's programme lists this origin; a secret key has no business on a page."""
    caller = getattr(request, "caller", None)
    if caller is None or (caller.key and caller.key.kind == KeyKind.SECRET):
        return False
    if caller.key:
        return origin in caller.origins
    return ApiKey.objects.filter(
        program=caller.program,
        kind=KeyKind.PUBLISHABLE,
        revoked_at=None,
        origins__contains=[origin],
    ).exists()


def _open(response: HttpResponseBase, *, origin: str) -> None:
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    if response.status_code == 204:
        response.headers["Access-Control-Allow-Methods"] = METHODS_ABROAD
        response.headers["Access-Control-Allow-Headers"] = HEADERS_ABROAD
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
