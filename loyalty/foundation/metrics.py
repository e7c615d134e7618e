"""Metrics: the names that dashboards and alerts count on (V-43). Labels name a kind, never somebody.

Counters and histograms count in the process where something happens; with PROMETHEUS_MULTIPROC_DIR set they are kept
in files that all processes of a machine share. Gauges are asked of the database when somebody looks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import structlog
from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily

UNIT_RETRIES = Counter("wafa_unit_retries", "Units of work run again, by reason.", ["reason"])
UNITS_EXHAUSTED = Counter("wafa_unit_exhausted", "Units of work given up after their last try.")
DEADLINES = Counter("wafa_db_deadline", "Database calls cut by our own deadline.")
REFUSALS = Counter("wafa_refusals", "Refusals told to callers, by code.", ["code"])
IDEMPOTENT_REPLAYS = Counter("wafa_idempotent_replays", "Answers given again for a repeated key.")
WAKEUPS_FAILED = Counter("wafa_wakeups_failed", "Wake-ups that the broker did not take.")
RATE_LIMITED = Counter("wafa_rate_limited", "Calls refused for their rate, by limit.", ["limit"])
FACTS_DELIVERED = Counter("wafa_facts_delivered", "Facts taken in, by receiver.", ["receiver"])
BATCH_SECONDS = Histogram("wafa_batch_seconds", "Time of a batch of facts.", ["receiver"])
JOB_SECONDS = Histogram("wafa_job_seconds", "Time of a run of a job, by job.", ["job"])
SWEPT = Counter("wafa_swept", "Things that the sweeper found overdue, by kind.", ["kind"])
HTTP_REQUESTS = Counter("wafa_http_requests", "Requests answered.", ["method", "route", "status"])
HTTP_SECONDS = Histogram("wafa_http_request_seconds", "Time of a request, by route.", ["route"])
HTTP_QUERIES = Histogram(
    "wafa_http_request_queries",
    "Statements of a request, by route.",
    ["route"],
    buckets=(0, 1, 2, 5, 10, 15, 20, 30, 50, 100, 200),
)

PROGRAMS_NAMED_MAX: Final = 100
OTHER: Final = "other"
Values: TypeAlias = Mapping[tuple[str, ...], float]

log = structlog.get_logger(__name__)
_programs_named: set[str] = set()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauge:
    """A value that is asked for when somebody looks, by label values."""

    name: str
    help: str
    labels: tuple[str, ...]
    measure: Callable[[], Values]


_gauges: dict[str, Gauge] = {}


def gauge(
    name: str, text: str, labels: Iterable[str] = ()
) -> Callable[[Callable[[], Values]], Callable[[], Values]]:
    """Ask this function whenever the metrics are looked at; it answers a value per tuple of label values."""

    def register(measure: Callable[[], Values]) -> Callable[[], Values]:
        _gauges[name] = Gauge(name=name, help=text, labels=tuple(labels), measure=measure)
        return measure

    return register


def gauge_names() -> list[str]:
    """Every gauge that a room has registered."""
    return sorted(_gauges)


def program_label(slug: str) -> str:
    """The programme's slug for the first hundred, then `other`: labels must not grow without end."""
    if slug not in _programs_named and len(_programs_named) >= PROGRAMS_NAMED_MAX:
        return OTHER
    _programs_named.add(slug)
    return slug


class Gauges:
    """A collector for prometheus-client. A gauge that cannot be measured is left out, and the rest is told."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for each in _gauges.values():
            family = GaugeMetricFamily(each.name, each.help, labels=each.labels)
            try:
                for values, measured in each.measure().items():
                    family.add_metric(values, measured)
            except Exception as error:  # noqa: BLE001 (whatever fails, the other figures are wanted all the more)
                log.warning("gauge not measured", metric=each.name, error=type(error).__name__)
            yield family
