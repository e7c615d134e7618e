"""Gauges of outbox and jobs, asked of the database when somebody looks (V-43)."""

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from loyalty.foundation.metrics import Values, gauge
from loyalty.jobs import pulses
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import ScheduleRun
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery

WAITING = """
    SELECT receiver, count(*), extract(epoch FROM %s - min(due_at) FILTER (WHERE due_at <= %s))
    FROM loyalty_fact_delivery WHERE state = 'waiting' GROUP BY receiver
"""


def _waiting() -> list[tuple[str, int, float | None]]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [now, now])
        return list(cursor.fetchall())


@gauge("wafa_outbox_waiting", "Facts that wait, by receiver.", ["receiver"])
def outbox_waiting() -> Values:
    """Also for receivers that this release does not know."""
    return {(receiver,): count for receiver, count, _age in _waiting()}


@gauge(
    "wafa_outbox_oldest_seconds", "How long the oldest due fact waits, by receiver.", ["receiver"]
)
def outbox_oldest() -> Values:
    """What was put off counts from its next try."""
    return {(receiver,): float(age or 0) for receiver, _count, age in _waiting()}


@gauge(
    "wafa_outbox_parked",
    "Facts that were given up for staff to look at, by receiver.",
    ["receiver"],
)
def outbox_parked() -> Values:
    """Each is an alarm."""
    parked = FactDelivery.objects.filter(state=DeliveryState.PARKED).values_list("receiver")
    return {(receiver,): count for receiver, count in parked.annotate(count=Count("id"))}


@gauge("wafa_tick_age_seconds", "Time since the last tick.")
def tick_age() -> Values:
    """Nothing before the first one."""
    last = pulses.last_tick()
    return {(): (timezone.now() - last).total_seconds()} if last else {}


@gauge("wafa_worker_age_seconds", "Time since any worker last showed that it is alive.")
def worker_age() -> Values:
    """Nothing before the first one."""
    last = pulses.last_beat()
    return {(): (timezone.now() - last).total_seconds()} if last else {}


@gauge("wafa_job_overdue_seconds", "How long the oldest waiting run of a job is overdue.", ["job"])
def job_overdue() -> Values:
    """By the real clock: a test programme's runs that lie in the future are not overdue."""
    now = timezone.now()
    waiting = ScheduleRun.objects.filter(state=RunState.WAITING, due_at__lte=now)
    oldest = waiting.values_list("job").annotate(since=Min("due_at"))
    return {(job,): (now - since).total_seconds() for job, since in oldest}


@gauge("wafa_jobs_parked", "Runs that were given up for staff to look at, by job.", ["job"])
def jobs_parked() -> Values:
    """Each is an alarm."""
    parked = ScheduleRun.objects.filter(state=RunState.PARKED).values_list("job")
    return {(job,): count for job, count in parked.annotate(count=Count("id"))}
