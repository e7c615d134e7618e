"""Tables of jobs: schedule runs, how far they are planned, pulses of workers, journeys of test clocks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.jobs.kinds import RunState


class ScheduleRun(models.Model):
    """One job for one period, once (V-22). Killed anywhere, it goes on at its cursor.

    `queue` is the line it stands in: runs of one programme and queue happen one after the other, by `due_at` and
    `place`. `due_at` is in the programme's time; lease and retries are in real time. No programme: the whole service.
    """

    id = models.BigAutoField(primary_key=True)
    program_id = models.UUIDField(_("programme"), null=True)
    job = models.CharField(_("job"), max_length=60)
    period = models.CharField(_("period"), max_length=80)
    queue = models.CharField(max_length=60)
    place = models.SmallIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(
        _("state"), max_length=9, choices=RunState.choices, default=RunState.WAITING
    )
    argument = models.JSONField(_("argument"), default=dict)
    cursor = models.TextField(_("cursor"), null=True)  # noqa: DJ001 (none yet differs from an empty one)
    chunks = models.IntegerField(_("chunks"), default=0, db_default=0)
    tries = models.IntegerField(_("failed tries"), default=0, db_default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    try_at = models.DateTimeField(_("next try at"), null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    error = models.CharField(_("error"), max_length=500, default="", db_default="")
    note = models.CharField(_("note"), max_length=500, default="", db_default="")
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        db_table = "loyalty_schedule_run"
        verbose_name = _("schedule run")
        verbose_name_plural = _("schedule runs")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program_id", "job", "period"],
                nulls_distinct=False,
                name="job_runs_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values), name="run_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=RunState.SKIPPED) | ~Q(note=""),
                name="run_is_skipped_with_a_note",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["program_id", "queue", "due_at", "place", "id"],
                condition=Q(state=RunState.WAITING),
                name="runs_waiting",
            ),
            models.Index(fields=["finished_at"], name="runs_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.period}"


class PlannedUntil(models.Model):
    """Up to which period schedule runs have been written down: a programme's local day, or the service's UTC hour."""

    id = models.BigAutoField(primary_key=True)
    program_id = models.UUIDField(null=True)
    day = models.DateField()
    hour = models.DateTimeField(null=True)

    class Meta:
        db_table = "loyalty_planned_until"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program_id"], nulls_distinct=False, name="programme_is_planned_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id} {self.day}"


class Pulse(models.Model):
    """When a worker process last showed that it is alive, last ticked, and last got a task from the broker (V-26)."""

    worker = models.CharField(_("worker"), max_length=120, primary_key=True)
    started_at = models.DateTimeField(_("started at"))
    beat_at = models.DateTimeField(_("last pulse"))
    tick_at = models.DateTimeField(_("last tick"), null=True)
    task_at = models.DateTimeField(_("last task"), null=True)

    class Meta:
        db_table = "loyalty_pulse"
        verbose_name = _("pulse of a worker")
        verbose_name_plural = _("pulses of workers")

    def __str__(self) -> str:
        return self.worker


class Journey(models.Model):
    """A test programme's clock on its way; one at a time per programme, the lease being in real time."""

    program_id = models.UUIDField(primary_key=True)
    lease = models.UUIDField()
    lease_until = models.DateTimeField()

    class Meta:
        db_table = "loyalty_journey"

    def __str__(self) -> str:
        return str(self.program_id)


class Verification(models.Model):
    """One night's proof of one programme: how far it is, and what came of it (V-38).

    `check_name` and `mark` say where it goes on: in the middle of which check, and after which id.
    """

    id = models.BigAutoField(primary_key=True)
    program_id = models.UUIDField(_("programme"))
    day = models.DateField(_("day"))
    is_whole = models.BooleanField(_("everything, not a sample"))
    check_name = models.CharField(max_length=80, default="", db_default="")
    mark = models.UUIDField(null=True)
    parts = models.IntegerField(_("parts looked at"), default=0, db_default=0)
    violations = models.IntegerField(_("rows that are wrong"), default=0, db_default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=500, default="", db_default="")
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        db_table = "loyalty_verification"
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program_id", "day"], name="programme_is_verified_once_a_day"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(finished_at=None), name="verifications_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class WrongRow(models.Model):
    """A row that a verification found wrong: what stands there, and what should."""

    id = models.BigAutoField(primary_key=True)
    verification = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="wrong")
    invariant = models.CharField(_("invariant"), max_length=10)
    name = models.CharField(_("check"), max_length=60)
    row = models.CharField(_("row"), max_length=60)
    found = models.CharField(_("found"), max_length=300)
    expected = models.CharField(_("expected"), max_length=300)

    class Meta:
        db_table = "loyalty_wrong_row"
        verbose_name = _("wrong row")
        verbose_name_plural = _("wrong rows")

    def __str__(self) -> str:
        return self.row
