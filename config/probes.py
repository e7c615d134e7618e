"""Whether we live, whether we are ready, and figures for machines (V-42, V-43).

A middleware, not views: a balancer asks by address and not by host name, and nothing of a session is wanted.
No key, no version, no log line.
"""

import hmac
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from loyalty.foundation.metrics import Gauges
from loyalty.jobs import pulses
from loyalty.outbox.keeping import is_overdue

WORKER_SILENT_AFTER: Final = timedelta(seconds=60)
OUTBOX_SILENT_AFTER: Final = timedelta(seconds=180)
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", ""})  # a Unix socket has no address
FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
RESTORED: Final = "wafa_restored"  # a table of that name: restored, but not yet verified (V-40)

OK: Final = "ok"
_schema_is_ours = False


class Probes:
    """Answers `/livez`, `/readyz` and `/metrics` before anything looks at hosts, keys or sessions."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.answers = {"/livez": livez, "/readyz": readyz, "/metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer ourselves, or pass on."""
        answer = self.answers.get(request.path) if request.method in {"GET", "HEAD"} else None
        return answer(request) if answer else self.get_response(request)


def livez(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": OK})


def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests may come: 200 or 503 with a word per check.

    Valkey or workers that are away make us slower, not unready; with `?check=` their own state decides.
    """
    checks = {"database": _word(_database)}
    is_ready = checks["database"] == OK
    if is_ready:
        for name, check in (("schema", _schema), ("restore", _restore)):
            checks[name] = _word(check)
        is_ready = set(checks.values()) == {OK}
        for name, check in (("worker", _worker), ("outbox", _outbox)):
            checks[name] = _word(check)
    checks["valkey"] = _word(_valkey)
    asked = request.GET.get("check")
    if asked is not None:
        is_ready = checks.get(asked) == OK
    status = OK if set(checks.values()) == {OK} else "degraded"
    return JsonResponse(
        {"status": status if is_ready else "unavailable", "checks": checks},
        status=200 if is_ready else 503,
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus's format, for this machine or with the token; anybody else learns nothing."""
    if not _may_look(request):
        return HttpResponse(status=404)
    told = generate_latest(_counters()) + generate_latest(_gauges())
    return HttpResponse(told, content_type=CONTENT_TYPE_LATEST)


def _counters() -> CollectorRegistry:
    """Of all processes that share a directory, else of this one."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _gauges() -> CollectorRegistry:
    asked = CollectorRegistry()
    asked.register(Gauges())
    return asked


def _may_look(request: HttpRequest) -> bool:
    token = settings.WAFA_METRICS_TOKEN
    scheme, _space, told = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(told.encode(), token.encode()):
        return True
    # Behind a proxy on this machine everybody seems to come from here.
    is_forwarded = any(header in request.headers for header in FORWARDED)
    return request.META.get("REMOTE_ADDR", "") in LOOPBACK and not is_forwarded


def _word(check: Callable[[], str]) -> str:
    """What a check says; one that raises says that its part does not answer."""
    try:
        return check()
    except Exception:  # noqa: BLE001 (a probe reports whatever is wrong, and never raises)
        return "down"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def _schema() -> str:
    """At least ours: once seen, it cannot go back."""
    global _schema_is_ours
    if not _schema_is_ours:
        executor = MigrationExecutor(connection)
        _schema_is_ours = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return OK if _schema_is_ours else "behind"


def _restore() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NULL", [RESTORED])
        row = cursor.fetchone()
    return OK if row and row[0] else "unverified"


def _valkey() -> str:
    cache.get("wafa:probe")
    return OK


def _worker() -> str:
    return _recent(pulses.last_beat(), WORKER_SILENT_AFTER)


def _outbox() -> str:
    return "late" if is_overdue(at=timezone.now(), by=OUTBOX_SILENT_AFTER) else OK


def _recent(last: datetime | None, silence_max: timedelta) -> str:
    return OK if last and timezone.now() - last <= silence_max else "late"
