"""One line in the log for each request, and an id that finds it (V-44, S-63)."""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import structlog
from django.db import connection
from django.http import HttpRequest, HttpResponse

from loyalty.foundation import metrics

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}  # callers may invent others
SILENT = {"/livez", "/readyz", "/metrics"}  # asked every few seconds, by machines

log = structlog.get_logger("wafa.requests")


class Queries:
    """Counts the statements of one request and their time."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(*statement)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - start


@contextmanager
def counting(queries: Queries) -> Iterator[None]:
    """Count meanwhile.

    Django's `execute_wrapper` takes away whoever came last, and a connection that is opened meanwhile brings
    a guard of its own: the wrong one would go, and a counter stay behind with every request.
    """
    connection.execute_wrappers.append(queries)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(queries)


class Tracing:
    """Middleware. Takes over a caller's `X-Request-Id` and `traceparent`, or draws an id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id on it."""
        told = request.headers.get("X-Request-Id", "")
        request_id = told if REQUEST_ID.fullmatch(told) else uuid4().hex
        trace = TRACE_PARENT.fullmatch(request.headers.get("traceparent", ""))
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request_id, trace_id=trace[1] if trace else ""
        )
        start = time.perf_counter()
        queries = Queries()
        with counting(queries):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        seconds = time.perf_counter() - start
        if request.path not in SILENT:
            self._count(request, response, queries, seconds=seconds)
            self._tell(request, response, queries, seconds=seconds)
        return response

    def _count(
        self, request: HttpRequest, response: HttpResponse, queries: Queries, *, seconds: float
    ) -> None:
        match = request.resolver_match
        route = match.route if match else ""
        method = request.method if request.method in METHODS else metrics.OTHER
        metrics.HTTP_REQUESTS.labels(method, route, response.status_code).inc()
        metrics.HTTP_SECONDS.labels(route).observe(seconds)
        metrics.HTTP_QUERIES.labels(route).observe(queries.count)

    def _tell(
        self, request: HttpRequest, response: HttpResponse, queries: Queries, *, seconds: float
    ) -> None:
        # The route, never the path: a path may hold an outside id, and somebody's name is one.
        match = request.resolver_match
        log.log(
            logging.ERROR if response.status_code >= 500 else logging.INFO,
            "request",
            method=request.method,
            route=match.route if match else "",
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            db_ms=round(queries.seconds * 1000, 1),
            queries=queries.count,
        )
