"""Planning: the runs that a new day brings are written down, each (job, period) once (V-22, V-23)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.jobs.kinds import RunState
from loyalty.jobs.models import PlannedUntil, ScheduleRun
from loyalty.outbox.scheduling import DayJob, ServiceJob, day_jobs, service_jobs
from loyalty.programs.calendar import Unit, first_day_of, local_day, midnight
from loyalty.programs.models import Program

DAY: Final = "day"  # the queue that keeps the midnight order
SERVICE: Final = "service"


@unit_of_work
def plan_programs(*, programs: Iterable[Program], now: Mapping[Id, datetime]) -> int:
    """Write down the runs of every local day that has begun and is not planned yet; `now` by programme.

    A programme that is seen for the first time begins with the day it has. Answers how many runs are new.
    """
    by_id = {each.pk: each for each in programs}
    today = {each.pk: local_day(now[each.pk], each.zone) for each in by_id.values()}
    behind = _programs_behind(today)
    runs: list[ScheduleRun] = []
    for row in behind:
        assert row.program_id, "only programmes are looked for"
        until = today[row.program_id]
        runs += _runs_of(by_id[row.program_id], after=row.day, until=until)
        row.day = until
    PlannedUntil.objects.bulk_update(behind, ["day"])
    return _write(runs)


@unit_of_work
def plan_service(*, at: datetime) -> int:
    """Write down the service's own runs: the latest day and the latest hour; answers how many are new."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    PlannedUntil.objects.bulk_create(
        [PlannedUntil(program_id=None, day=hour.date(), hour=hour - timedelta(hours=1))],
        ignore_conflicts=True,
    )
    planned = PlannedUntil.objects.select_for_update(skip_locked=True).filter(program_id=None)
    row = planned.first()
    if row is None or row.hour is None or row.hour >= hour:
        return 0
    row.day, row.hour = hour.date(), hour
    row.save(update_fields=["day", "hour"])
    return _write([_service_run(job, hour) for job in service_jobs.values()])


@inside_unit_of_work
def request(
    *, program_id: Id, job: str, period: str, argument: Mapping[str, Any], at: datetime
) -> None:
    """Ask for a job that runs in chunks, once per `period`; asked for again it changes nothing."""
    _write(
        [
            ScheduleRun(
                program_id=program_id,
                job=job,
                period=period,
                queue=job,
                due_at=at,
                argument=dict(argument),
            )
        ]
    )


def arguments_open(*, program_id: Id, job: str) -> list[Mapping[str, Any]]:
    """What the runs of this job that were asked for and are not done yet were asked with; parked ones are not done."""
    rows = ScheduleRun.objects.filter(
        program_id=program_id, job=job, state__in=(RunState.WAITING, RunState.PARKED)
    )
    return list(rows.values_list("argument", flat=True))


def first_run_after(*, program: Program, at: datetime) -> datetime:
    """When the next local day of a programme begins."""
    return midnight(local_day(at, program.zone) + timedelta(days=1), program.zone)


def _programs_behind(today: Mapping[Id, date]) -> list[PlannedUntil]:
    """Hold and answer the rows of programmes whose day is not planned; others' ticks pass over them."""
    known = dict(PlannedUntil.objects.filter(program_id__in=today).values_list("program_id", "day"))
    unseen = sorted(set(today) - set(known))
    PlannedUntil.objects.bulk_create(
        [PlannedUntil(program_id=each, day=today[each] - timedelta(days=1)) for each in unseen],
        ignore_conflicts=True,
    )
    wanted = [each for each, day in today.items() if each in unseen or known[each] < day]
    if not wanted:
        return []
    rows = PlannedUntil.objects.select_for_update(skip_locked=True).filter(program_id__in=wanted)
    return [row for row in rows if row.program_id and row.day < today[row.program_id]]


def _runs_of(program: Program, *, after: date, until: date) -> list[ScheduleRun]:
    days = [after + timedelta(days=n + 1) for n in range((until - after).days)]
    runs = []
    for job in day_jobs.values():
        due = [day for day in days if _begins_a_period(job, day, program)]
        runs += [
            _day_run(job, day, program) for day in (due[-1:] if job.missed == "latest" else due)
        ]
    return runs


def _begins_a_period(job: DayJob, day: date, program: Program) -> bool:
    return day == first_day_of(Unit(job.every), day, week_starts_on=program.week_starts_on)


def _day_run(job: DayJob, day: date, program: Program) -> ScheduleRun:
    return ScheduleRun(
        program_id=program.pk,
        job=job.name,
        period=day.isoformat(),
        queue=DAY,
        place=job.place,
        due_at=midnight(day, program.zone),
    )


def _service_run(job: ServiceJob, hour: datetime) -> ScheduleRun:
    start = hour if job.every == "hour" else hour.replace(hour=0)
    period = start.strftime("%Y-%m-%dT%H" if job.every == "hour" else "%Y-%m-%d")
    return ScheduleRun(
        job=job.name, period=period, queue=f"{SERVICE}:{job.name}"[:60], due_at=start
    )


def _write(runs: list[ScheduleRun]) -> int:
    """Insert what is not there yet, sorted by the unique key: unsorted inserts deadlock (V-32)."""
    runs.sort(key=lambda run: (str(run.program_id), run.job, run.period))
    ScheduleRun.objects.bulk_create(runs, ignore_conflicts=True)
    return len(runs)
