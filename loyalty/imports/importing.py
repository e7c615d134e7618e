"""Importing: a file of events, taken in chunk by chunk, with a cursor that moves in the same unit (E-86)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from loyalty.events.taking_in import take_in
from loyalty.foundation.actors import Actor
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import unit_of_work, unit_of_work_racing
from loyalty.imports.facts import ImportDone
from loyalty.imports.models import EventImport, ImportRefusal
from loyalty.imports.reading import Chunk, chunks_of, measure
from loyalty.jobs.travelling import ClockIsMoving, advance
from loyalty.outbox.announcing import announce
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program

SENTENCE_LENGTH_MAX: Final = 500
PATIENCE_SECONDS: Final = 150.0  # the lease of a killed journey lasts 90
LOOK_AGAIN_SECONDS: Final = 2.0

Progress = Callable[[EventImport], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How a file is taken in. `move_clock` moves a test programme's clock to each day's last event first, so that
    whatever fell due before really happened before; then events are told in time, not as an import."""

    actor: Actor
    move_clock: bool = False


def import_events(
    *, program: Program, path: Path, manner: Manner, progress: Progress
) -> EventImport:
    """Take a file of events in, or go on with it where it was left; answers how it went.

    Killed anywhere it loses nothing and doubles nothing: lines and cursor commit together, and every event counts
    once under its own key anyway. A file that is through already stays as it is.
    """
    digest, lines = measure(path)
    run = begin(program=program, digest=digest, lines=lines, at=now_of(program))
    progress(run)
    if run.done_at is not None:
        return run
    for chunk in chunks_of(path, program=program, skip=run.lines_done, by_day=manner.move_clock):
        if manner.move_clock and chunk.latest:
            travel(program=program, to=chunk.latest)
        run = take_chunk(run=run, program=program, chunk=chunk, manner=manner, at=now_of(program))
        progress(run)
    return finish(run=run, at=now_of(program))


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


@unit_of_work_racing("file_is_imported_once")
def begin(*, program: Program, digest: bytes, lines: int, at: datetime) -> EventImport:
    """The row of this file, made if nobody has begun it."""
    found = EventImport.objects.filter(program=program, file_digest=digest).first()
    return found or EventImport.objects.create(
        program=program, file_digest=digest, lines=lines, started_at=at
    )


@unit_of_work
def take_chunk(
    *, run: EventImport, program: Program, chunk: Chunk, manner: Manner, at: datetime
) -> EventImport:
    """Take these lines and move the cursor past them, both or neither.

    Somebody else who imports the same file meanwhile waits at the row, and lines that are behind the cursor are left.
    """
    row = EventImport.objects.select_for_update().get(pk=run.pk)
    if row.lines_done >= chunk.after_line:
        return row
    outcomes = (
        take_in.step(
            program=program,
            told=[each for _line, each in chunk.told],
            actor=manner.actor,
            at=at,
            is_import=not manner.move_clock,
        )
        if chunk.told
        else []
    )
    refusals = []
    for (line, _told), outcome in zip(chunk.told, outcomes, strict=True):
        if outcome.refusal is not None:
            refusals.append(_refusal_of(row, line, outcome.refusal))
        elif outcome.is_replay:
            row.already_there += 1
        else:
            row.fresh += 1
    ImportRefusal.objects.bulk_create(refusals, ignore_conflicts=True)
    row.refused += len(refusals)
    row.lines_done = chunk.after_line
    row.save()
    return row


@unit_of_work
def finish(*, run: EventImport, at: datetime) -> EventImport:
    """Note that the file is through, once."""
    row = EventImport.objects.select_for_update().get(pk=run.pk)
    if row.done_at is not None or row.lines_done < row.lines:
        return row
    row.done_at = at
    row.save(update_fields=["done_at"])
    announce(
        [
            ImportDone(
                program_id=row.program_id,
                at=at,
                import_id=row.pk,
                lines=row.lines,
                fresh=row.fresh,
                already_there=row.already_there,
                refused=row.refused,
            )
        ]
    )
    return row


def _refusal_of(run: EventImport, line: int, refusal: DomainError) -> ImportRefusal:
    where = ", ".join(f"{each.pointer} {each.message}" for each in refusal.problems)
    sentence = f"{refusal.sentence()} {where}".strip()
    return ImportRefusal(
        event_import=run, line=line, code=refusal.code, sentence=sentence[:SENTENCE_LENGTH_MAX]
    )
