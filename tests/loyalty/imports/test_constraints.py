"""The database refuses by itself what the rules refuse in words; each constraint alone, by raw rows."""

from datetime import UTC, datetime

import pytest

from loyalty.imports.models import EventImport, ImportRefusal
from tests.world.programs import a_program
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """An import of ten lines that has done four, one of them refused."""
    started = EventImport.objects.create(
        program=a_program(),
        file_digest=bytes(32),
        lines=10,
        lines_done=4,
        started_at=datetime(2026, 11, 21, 9, tzinfo=UTC),
    )
    ImportRefusal.objects.create(event_import=started, line=3, code="malformed", sentence="…")
    return started


def test_a_file_is_imported_once(run):
    """E-86: whoever brings it again goes on with the same import."""
    with refused("file_is_imported_once"):
        copied(run)

    assert EventImport.objects.count() == 1


@pytest.mark.parametrize("lines_done", [-1, 11])
def test_an_import_stays_within_its_file(run, lines_done):
    with refused("import_stays_within_its_file"):
        changed(run, lines_done=lines_done)

    run.refresh_from_db()
    assert run.lines_done == 4


def test_a_line_is_refused_once(run):
    """E-87."""
    with refused("line_is_refused_once"):
        copied(run.refusals.get())

    assert run.refusals.count() == 1
