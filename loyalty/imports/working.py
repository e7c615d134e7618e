"""Working: one chunk of an import, with its cursor in the same unit: read, checked, taken or undone (E-86)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db import DataError, IntegrityError, transaction
from django.utils import translation

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import inside_unit_of_work
from loyalty.imports.facts import ImportDone, ImportUndone
from loyalty.imports.keeping.counting import count_in, count_undone
from loyalty.imports.keeping.parts import rows_of_part
from loyalty.imports.keeping.reading import read_file
from loyalty.imports.keeping.writing import keys_before, write_undone, write_verdicts
from loyalty.imports.kinds import ImportState, RowStatus, ToldRow, Verdict, Work
from loyalty.imports.models import Import, ImportRow
from loyalty.imports.refusals import RowNotTaken
from loyalty.imports.taking.takers import Judging, taker_of
from loyalty.imports.turning import hold
from loyalty.outbox.announcing import announce
from loyalty.programs.models import Program

TRIES: Final = 2  # a lost race for a key is seen as already there the second time


@inside_unit_of_work
def work_on(*, program: Program, import_id: Id, at: datetime) -> bool:
    """Do the next chunk of this import, whatever it is at; False once nothing is left to do.

    Whoever stops it meanwhile need not wait: the row itself is held only while the cursor moves.
    """
    hold(import_id)
    run = Import.objects.get(pk=import_id, program=program)
    step = _STEPS.get(ImportState(run.state))
    if step is None:
        return False
    with translation.override(run.language or None):
        step(run, program, at)
    return True


@inside_unit_of_work
def take_part(*, program: Program, import_id: Id, number: int, at: datetime) -> Import:
    """Take part `number`, if it is the next one; for whoever moves a clock between parts."""
    hold(import_id)
    run = Import.objects.get(pk=import_id, program=program)
    if run.state == ImportState.RUNNING and run.parts_done == number - 1:
        run = _take(run, program, at)
    return run


def _read(run: Import, program: Program, at: datetime) -> Import:
    """Cut the file into parts; one that cannot be read is refused as a whole."""
    row = _held(run)
    read_file(row, columns=taker_of(run.kind).columns)
    row.save()
    return row


def _check(run: Import, program: Program, at: datetime) -> Import:
    """Look at the next part, and say what it would come to; ready after the last."""
    if not run.is_read:
        return _read(run, program, at)
    number = run.parts_checked + 1
    verdicts: list[Verdict] = []
    rows: list[ToldRow] = []
    if number <= run.parts:
        taker = taker_of(run.kind)
        rows = rows_of_part(run, number, columns=taker.columns)
        verdicts = judged(taker.check, work=work_of(run, program, at), rows=rows)
        _meet_rows_before(run, verdicts)
        write_verdicts(run, verdicts, taken=False)
    row = _held(run)
    row.preview = count_in(row.preview, verdicts)
    row.parts_checked = min(number, row.parts)
    row.rows_checked += len(rows)
    if row.parts_checked == row.parts and row.state == ImportState.CHECKING:
        row.state = ImportState.READY
    row.save()
    return row


def _take(run: Import, program: Program, at: datetime) -> Import:
    """Take the next part; done after the last."""
    number = run.parts_done + 1
    verdicts: list[Verdict] = []
    rows: list[ToldRow] = []
    if number <= run.parts:
        taker = taker_of(run.kind)
        rows = rows_of_part(run, number, columns=taker.columns)
        verdicts = judged(taker.take, work=work_of(run, program, at), rows=rows)
        write_verdicts(run, verdicts, taken=True)
    row = _held(run)
    row.outcome = count_in(row.outcome, verdicts)
    row.parts_done = min(number, row.parts)
    row.rows_done += len(rows)
    if row.parts_done == row.parts and row.is_read and row.state == ImportState.RUNNING:
        _finish(row, at)
    row.save()
    return row


def _undo(run: Import, program: Program, at: datetime) -> Import:
    """Take back the next rows; undone after the last."""
    taker = taker_of(run.kind)
    taken = ImportRow.objects.filter(
        of_import=run, status=RowStatus.TAKEN, number__gt=run.undone_to
    ).order_by("number")
    rows = list(taken[: taker.undone_at_once])
    verdicts = taker.undo(work=work_of(run, program, at), rows=rows)
    write_undone(run, verdicts)
    row = _held(run)
    row.undone = count_undone(row.undone, verdicts)
    row.rows_undone += len(rows)
    row.undone_to = rows[-1].number if rows else row.undone_to
    if len(rows) < taker.undone_at_once:
        row.state, row.undone_at, row.file_key = ImportState.UNDONE, at, None
        announce([_undone_fact(row, at)])
    row.save()
    return row


_STEPS: Final[Mapping[ImportState, Callable[[Import, Program, datetime], Import]]] = {
    ImportState.CHECKING: _check,
    ImportState.RUNNING: _take,
    ImportState.UNDOING: _undo,
}


def judged(judge: Judging, *, work: Work, rows: list[ToldRow]) -> list[Verdict]:
    """All rows together; if the database refuses the list, one by one, each as if it had come alone (E-1)."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return judge(work=work, rows=rows)
        except (IntegrityError, DataError, DomainError) as error:
            if len(rows) > 1:
                break
            if attempt == TRIES - 1:
                refused = Verdict(rows[0].number)
                refused.refuse(error if isinstance(error, DomainError) else RowNotTaken())
                return [refused]
    return [verdict for row in rows for verdict in judged(judge, work=work, rows=[row])]


def work_of(run: Import, program: Program, at: datetime) -> Work:
    """What takers must know of an import."""
    return Work(
        program=program,
        import_id=run.pk,
        options=run.options,
        actor=run.actor,
        at=at,
        approved_by_id=run.approved_by_id,
    )


def _meet_rows_before(run: Import, verdicts: list[Verdict]) -> None:
    """A key that an earlier row of the file has told is there already, once that row is taken."""
    known = keys_before(run, verdicts)
    for verdict in verdicts:
        if verdict.is_new and verdict.key in known:
            verdict.status = RowStatus.ALREADY_THERE


def _held(run: Import) -> Import:
    return Import.objects.select_for_update().get(pk=run.pk)


def _finish(row: Import, at: datetime) -> None:
    row.state, row.done_at = ImportState.DONE, at
    announce(
        [
            ImportDone(
                program_id=row.program_id,
                at=at,
                import_id=row.pk,
                kind=row.kind,
                lines=row.rows,
                fresh=row.outcome.get("new", 0),
                already_there=row.outcome.get("already_there", 0),
                refused=row.outcome.get("refused", 0),
            )
        ]
    )


def _undone_fact(row: Import, at: datetime) -> ImportUndone:
    return ImportUndone(
        program_id=row.program_id,
        at=at,
        import_id=row.pk,
        kind=row.kind,
        undone=row.undone.get("undone", 0),
        kept=row.undone.get("kept", 0),
    )
