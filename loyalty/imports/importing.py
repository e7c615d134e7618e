"""Importing in the foreground: a file of the command line, chunk by chunk, with a bar; run again, it goes on (E-86)."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.utils import timezone, translation

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.sizes import count_anew
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import unit_of_work_racing
from loyalty.imports.files.lines import lines_in, measure, value_of
from loyalty.imports.keeping.parts import KEPT, Told, in_parts, keep_part, line_kept, rows_of_part
from loyalty.imports.kinds import (
    AT_WORK,
    ROWS_AT_ONCE_MAX,
    EventsAs,
    Format,
    ImportKind,
    ImportState,
)
from loyalty.imports.models import NAME_LENGTH_MAX, Import
from loyalty.imports.refusals import ImportNotReady
from loyalty.imports.turning import begin_turn
from loyalty.imports.working import take_part, work_on
from loyalty.jobs.refusals import ClockIsMoving
from loyalty.jobs.travelling import advance
from loyalty.programs.calendar import local_day
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

PATIENCE_SECONDS: Final = 150.0  # the lease of a killed journey lasts 90
LOOK_AGAIN_SECONDS: Final = 2.0

Progress = Callable[[Import], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How a file of events is taken in. `move_clock` moves a test programme's clock to each day's last event first,
    so that whatever fell due before really happened before; then events are told in time, not as an import."""

    actor: Actor
    move_clock: bool = False
    events_as: EventsAs = EventsAs.EARN

    @property
    def options(self) -> dict[str, object]:
        told: dict[str, object] = {"as": self.events_as.value}
        return told | ({"move_clock": True} if self.move_clock else {})


def import_events(*, program: Program, path: Path, manner: Manner, progress: Progress) -> Import:
    """Take a file of events in, or go on with it where it was left; answers how it went.

    Killed anywhere it loses nothing and doubles nothing: rows and cursor commit together, and every event counts
    once under its own key anyway. A file that is through already stays as it is. Nothing is previewed.
    """
    digest, rows = measure(path)
    run = begin(
        program=program, name=path.name, digest=digest, rows=rows, manner=manner, at=now_of(program)
    )
    progress(run)
    if not run.is_read:
        run = _read_from(run, path=path, program=program, by_day=manner.move_clock)
    while run.state == ImportState.RUNNING:
        run = _next_part(run, program=program, manner=manner)
        progress(run)
        if (
            run.parts_done.bit_count() == 1
        ):  # the 1st, 2nd, 4th, 8th …: as often as what is there doubles
            count_anew()
    return run


def go_on(*, program: Program, run: Import, progress: Progress) -> Import:
    """Do in the foreground what workers would do: check, take or undo, until nothing is left of it."""
    while run.state in AT_WORK:
        work(program=program, import_id=run.pk, at=now_of(program))
        run.refresh_from_db()
        progress(run)
    return run


@unit_of_work_racing("file_is_imported_once")
def begin(
    *, program: Program, name: str, digest: bytes, rows: int, manner: Manner, at: datetime
) -> Import:
    """The row of this file, made if nobody has begun it; a stopped one goes on. Raises ImportNotReady."""
    mine = Import.objects.select_for_update(of=("self",)).filter(program=program)
    run = mine.filter(kind=ImportKind.EVENTS, file_key=digest).first() or Import(
        program=program,
        kind=ImportKind.EVENTS,
        name=name[-NAME_LENGTH_MAX:],
        format=Format.LINES,
        file_digest=digest,
        file_key=digest,
        options=manner.options,
        rows=rows,
        created_at=at,
        started_at=at,
        kept_until=timezone.now() + KEPT,
        state=ImportState.STOPPED,
    )
    if run.state == ImportState.DONE:
        return run
    if run.state not in {ImportState.STOPPED, ImportState.RUNNING}:
        raise ImportNotReady(state=ImportState(run.state))
    run.state, run.language = ImportState.RUNNING, translation.get_language() or ""
    run.actor_kind, run.actor_id, run.actor_name = (
        manner.actor.kind.value,
        manner.actor.id,
        manner.actor.name,
    )
    begin_turn(run)
    run.save()
    return run


@unit_of_work_racing("part_is_kept_once")
def keep_next(*, run: Import, number: int, rows: list[Told], is_last: bool) -> None:
    """Keep a part of the file, unless somebody has kept it meanwhile."""
    row = Import.objects.select_for_update().get(pk=run.pk)
    if row.parts < number:
        keep_part(run=row, number=number, rows=rows)
        row.parts = number
    row.is_read = row.is_read or is_last
    row.save(update_fields=["parts", "is_read"])


@unit_of_work_racing("event_counts_once", "order_counts_once", "row_key_is_taken_once")
def take_next(*, program: Program, run: Import, number: int, at: datetime) -> Import:
    """Take one part, in a unit of its own."""
    return take_part(program=program, import_id=run.pk, number=number, at=at)


work = unit_of_work_racing(
    "event_counts_once",
    "order_counts_once",
    "row_key_is_taken_once",
    "external_id_names_one_member",
)(work_on)


def travel(*, program: Program, to: datetime) -> None:
    """Move the clock there, unless it is beyond; somebody else's journey, perhaps of a killed process, is waited for."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while to > now_of(program):
        try:
            advance(program=program, to=to)
        except ClockIsMoving:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(LOOK_AGAIN_SECONDS)
        program.refresh_from_db()


def _read_from(run: Import, *, path: Path, program: Program, by_day: bool) -> Import:
    """Keep what is not kept yet of the file, part by part: the same file is cut in the same places."""
    with path.open("rb") as file:
        told = (line_kept(number, line) for number, line in lines_in(file))
        parts = _by_day(told, program) if by_day else in_parts(told, most=ROWS_AT_ONCE_MAX)
        for number, rows in enumerate(parts, start=1):
            if number > run.parts:
                keep_next(run=run, number=number, rows=rows, is_last=False)
    keep_next(run=run, number=0, rows=[], is_last=True)
    run.refresh_from_db()
    return run


def _next_part(run: Import, *, program: Program, manner: Manner) -> Import:
    number = run.parts_done + 1
    if manner.move_clock and number <= run.parts:
        latest = _latest_in(run, number, program=program)
        if latest:
            travel(program=program, to=latest)
    return take_next(program=program, run=run, number=number, at=now_of(program))


def _by_day(rows: Iterator[Told], program: Program) -> Iterator[list[Told]]:
    """Parts that also end where the local day changes."""
    part: list[Told] = []
    day: date | None = None
    for row in rows:
        instant = _instant_in(row)
        row_day = local_day(instant, program.zone) if instant else None
        is_cut = day is not None and row_day is not None and row_day != day
        if part and (is_cut or len(part) == ROWS_AT_ONCE_MAX):
            yield part
            part = []
        part.append(row)
        day = row_day or day
    if part:
        yield part


def _latest_in(run: Import, number: int, *, program: Program) -> datetime | None:
    instants = [_occurred_at(row.raw) for row in rows_of_part(run, number, columns=())]
    return max((each for each in instants if each), default=None)


def _instant_in(row: Told) -> datetime | None:
    try:
        return _occurred_at(value_of(row[1].encode())) if isinstance(row[1], str) else None
    except DomainError:
        return None


def _occurred_at(told: object) -> datetime | None:
    """When a told event happened, if it says so in a way that can be understood."""
    text = told.get("occurred_at") if isinstance(told, dict) else None
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None
