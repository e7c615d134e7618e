"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows (E, section 13)."""

import pytest

from loyalty.imports.kinds import Format, ImportKind, ImportState, RowStatus
from loyalty.imports.models import Import, ImportPart, ImportRow
from tests.world.earning import NOON
from tests.world.programs import a_program
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """An import of the command line, of ten rows in two parts, half of it done; its third row is taken."""
    started = Import.objects.create(
        program=a_program(),
        kind=ImportKind.MEMBERS,
        state=ImportState.RUNNING,
        format=Format.CSV,
        file_digest=bytes(32),
        file_key=bytes(32),
        parts=2,
        parts_done=1,
        rows=10,
        rows_done=5,
        actor_kind="job",
        created_at=NOON,
    )
    ImportPart.objects.create(of_import=started, number=1, sealed=b"x")
    ImportRow.objects.create(
        of_import=started,
        program_id=started.program_id,
        kind=started.kind,
        number=3,
        status=RowStatus.TAKEN,
        key=bytes(16),
        is_taken=True,
    )
    return started


def test_a_file_of_the_command_line_is_imported_once(run):
    """E-86: whoever brings it again goes on with the same import."""
    with refused("file_is_imported_once"):
        copied(run)

    assert Import.objects.count() == 1


@pytest.mark.parametrize(
    "beyond",
    [
        {"parts_done": 3},
        {"parts_done": -1},
        {"parts_checked": 3},
        {"rows_done": 11},
        {"rows_checked": 11},
    ],
)
def test_an_import_stays_within_its_file(run, beyond):
    with refused("import_stays_within_its_file"):
        changed(run, **beyond)

    run.refresh_from_db()
    assert run.rows_done == 5


def test_an_import_is_in_a_state_that_is_known(run):
    with refused("import_state_is_known"):
        changed(run, state="paused")


def test_an_import_is_done_at_some_time(run):
    with refused("import_is_done_at_some_time"):
        changed(run, state=ImportState.DONE)


def test_a_part_is_kept_once(run):
    with refused("part_is_kept_once"):
        copied(ImportPart.objects.get())


def test_a_row_stands_once_in_its_import(run):
    """E-86, V-9: import and row number."""
    with refused("row_stands_once_in_its_import"):
        copied(ImportRow.objects.get(), is_taken=False)

    assert ImportRow.objects.count() == 1


def test_a_key_is_taken_once_in_its_programme(run):
    """E-87: while one row has it; another kind, another programme and an undone row do not mind."""
    row = ImportRow.objects.get()

    with refused("row_key_is_taken_once"):
        copied(row, number=4)

    copied(row, number=4, kind=ImportKind.BALANCES)
    copied(row, number=5, program_id=run.pk)
    copied(row, number=6, is_taken=False, status=RowStatus.UNDONE)


@pytest.mark.parametrize("wrong", [{"key": None}, {"status": RowStatus.UNDONE}])
def test_a_row_is_taken_under_a_key(run, wrong):
    with refused("row_is_taken_under_a_key"):
        changed(ImportRow.objects.get(), **wrong)


def test_a_row_has_a_status_that_is_known(run):
    with refused("row_status_is_known"):
        changed(ImportRow.objects.get(), status="lost", is_taken=False)
