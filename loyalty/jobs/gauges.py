"""Gauges of outbox and jobs, asked of the database when somebody looks (V-43)."""

from django.db import connection
from django.db.models import Count, Min
from django.utils import timezone

from loyalty.foundation.metrics import Values, gauge, program_label
from loyalty.jobs import pulses
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import ScheduleRun, Verification
from loyalty.outbox.kinds import DeliveryState
from loyalty.outbox.models import FactDelivery
from loyalty.programs.models import Program

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


def _verified() -> dict[str, list[Verification]]:
    """The newest finished verification of each programme, by label."""
    slugs = dict(Program.objects.order_by("pk").values_list("pk", "slug"))
    done = Verification.objects.filter(finished_at__isnull=False, program_id__in=slugs)
    rows: dict[str, list[Verification]] = {}
    for row in done.order_by("program_id", "-day").distinct("program_id"):
        rows.setdefault(program_label(slugs[row.program_id]), []).append(row)
    return rows


@gauge("wafa_verify_age_seconds", "Time since a programme was last verified.", ["program"])
def verify_age() -> Values:
    """Nothing before the first time; of the programmes that share a label, the oldest."""
    now = timezone.now()
    return {
        (label,): max((now - row.finished_at).total_seconds() for row in rows if row.finished_at)
        for label, rows in _verified().items()
    }


@gauge("wafa_verify_violations", "Wrong rows that the last verification found.", ["program"])
def verify_violations() -> Values:
    """Each is an alarm."""
    return {(label,): sum(row.violations for row in rows) for label, rows in _verified().items()}
