"""Steering: started, stopped, gone on with, undone by two people, within 30 days (E-86, E-89, S-26)."""

from datetime import timedelta

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import SecondPersonNeeded, approve, said
from loyalty.foundation.units import run as in_unit
from loyalty.imports.keeping.parts import forget_files
from loyalty.imports.models import Import, ImportPart
from loyalty.imports.refusals import ImportNotReady, ImportNotUndoable
from loyalty.imports.steering import start, stop, undo
from loyalty.jobs.models import ScheduleRun
from loyalty.jobs.ticking import tick_until_idle
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from tests.world.access import a_person
from tests.world.earning import NOON, a_cafe
from tests.world.events import an_order
from tests.world.imports import (
    CLERK,
    a_colleague,
    a_table,
    checked,
    counts_of,
    imported,
    received,
    some_lines,
    worked,
)
from tests.world.ledger import parts_of
from tests.world.members import a_member

pytestmark = pytest.mark.django_db
TEN = a_table("external_id", *[f"guest-{n}" for n in range(10)])


@pytest.fixture
def cafe():
    return a_cafe()


@pytest.fixture
def in_threes(monkeypatch):
    """Files are cut into parts of three rows."""
    monkeypatch.setattr("loyalty.imports.keeping.reading.ROWS_AT_ONCE_MAX", 3)


@pytest.mark.usefixtures("in_threes")
def test_it_stops_between_chunks_and_goes_on(cafe):
    """E-86: what is taken stays; the numbers are those of one run."""
    run = checked(cafe, "members", TEN)
    start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
    worked(run, chunks=2)

    stopped = stop(program=cafe, import_id=run.pk)
    assert (worked(stopped).state, Member.objects.count()) == ("stopped", 6)
    with pytest.raises(ImportNotReady):
        stop(program=cafe, import_id=run.pk)
    start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
    run = worked(run)

    assert (run.state, counts_of(run.outcome), Member.objects.count()) == ("done", (10, 0, 0), 10)
    fact = AnnouncedFact.objects.get(name="import.done")
    assert (fact.body["lines"], fact.body["fresh"], fact.body["kind"]) == (10, 10, "members")


def test_only_what_is_ready_starts(cafe):
    """409 import_not_ready: not while it is checked, not twice, not when it is through."""
    run = received(cafe, "members", TEN)

    for state in ("checking", "running", "done"):
        run.refresh_from_db()
        assert run.state == state
        with pytest.raises(ImportNotReady):
            start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
        run = worked(run)
        if run.state == "ready":
            start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
    assert Member.objects.count() == 10


def test_workers_do_it_once_for_each_time_it_is_asked_for(cafe):
    """V-22: a run per turn; ticks check, take, and find nothing left."""
    run = received(cafe, "members", TEN)
    tick_until_idle()
    run.refresh_from_db()
    assert run.state == "ready"

    start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
    tick_until_idle()

    run.refresh_from_db()
    assert (run.state, Member.objects.count()) == ("done", 10)
    turns = ScheduleRun.objects.filter(job="imports.work").order_by("id")
    assert list(turns.values_list("period", "state")) == [
        (f"{run.shown_id}/1", "done"),
        (f"{run.shown_id}/2", "done"),
    ]


def test_files_go_after_a_week(cafe):
    """S-52: the rows go, what became of them stays; then nothing can be started."""
    run = checked(cafe, "members", TEN)
    assert run.kept_until is not None
    week = run.kept_until

    assert in_unit(lambda: forget_files(real=week)) == 0
    assert in_unit(lambda: forget_files(real=week + timedelta(seconds=1))) == 1

    assert not ImportPart.objects.exists()
    with pytest.raises(ImportNotReady):
        start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)


class TestUndo:
    """E-89, S-26."""

    def test_takes_two_people_and_both_names_stand(self, cafe):
        """S-27: proposer and approver differ, and both stand on the entries."""
        ada = a_member(cafe, "ada")
        run = imported(cafe, "balances", a_table("external_id,points", "ada,100"))
        asks, agrees = a_person(), a_person()

        told = undo(
            program=cafe, import_id=run.pk, note="Wrong file", actor=a_colleague(asks.pk), at=NOON
        )
        again = undo(program=cafe, import_id=run.pk, note="", actor=a_colleague(agrees.pk), at=NOON)

        assert told.proposal is not None
        assert again.proposal == told.proposal
        assert said(told.proposal) == "Undo the import file: 1 rows were taken."
        assert (parts_of(ada), Proposal.objects.count()) == ((100, 0, 0, 0), 1)
        with pytest.raises(SecondPersonNeeded):
            approve(program=cafe, proposal_id=told.proposal.pk, actor=a_colleague(asks.pk), at=NOON)
        approve(program=cafe, proposal_id=told.proposal.pk, actor=a_colleague(agrees.pk), at=NOON)
        assert worked(run).state == "undone"
        entry = Entry.objects.get(kind="return_earned")
        assert (entry.actor_id, entry.approved_by_id, entry.reason) == (
            asks.pk,
            agrees.pk,
            "import",
        )
        assert parts_of(ada) == (0, 0, 0, 0)

    def test_orders_that_staff_undo_are_settled_too(self, cafe):
        """E-68: by staff and not by a key; what was spent of them is given back with them."""
        ada = a_member(cafe, "ada")
        order = some_lines(an_order(total=5990, at=NOON))
        clerk = a_colleague(a_person().pk)
        run = imported(cafe, "events", order, as_="earn", actor=clerk)
        assert parts_of(ada) == (59, 0, 0, 0)

        told = undo(program=cafe, import_id=run.pk, note="", actor=clerk, at=NOON)
        assert told.proposal is not None
        approve(
            program=cafe, proposal_id=told.proposal.pk, actor=a_colleague(a_person().pk), at=NOON
        )

        assert (worked(run).undone["points"], parts_of(ada)) == ({"stars": 59}, (0, 0, 0, 0))

    def test_only_within_thirty_days_and_once(self, cafe):
        """409 import_not_undoable."""
        run = checked(cafe, "members", TEN)
        with pytest.raises(ImportNotUndoable):
            undo(program=cafe, import_id=run.pk, note="", actor=CLERK, at=NOON)
        start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
        worked(run)

        with pytest.raises(ImportNotUndoable):
            undo(program=cafe, import_id=run.pk, note="", actor=CLERK, at=NOON + timedelta(days=30))
        late = NOON + timedelta(days=30, seconds=-1)
        undo(program=cafe, import_id=run.pk, note="", actor=CLERK, at=late)
        worked(run, at=late)
        with pytest.raises(ImportNotUndoable):
            undo(program=cafe, import_id=run.pk, note="", actor=CLERK, at=late)

        assert Import.objects.get().state == "undone"
        assert not Member.objects.exclude(external_id=None).exists()

    @pytest.mark.usefixtures("in_threes")
    def test_a_stopped_import_goes_back_as_well(self, cafe):
        run = checked(cafe, "members", TEN)
        start(program=cafe, import_id=run.pk, actor=CLERK, at=NOON)
        worked(run, chunks=2)
        stop(program=cafe, import_id=run.pk)

        undo(program=cafe, import_id=run.pk, note="", actor=CLERK, at=NOON)
        run = worked(run)

        assert (run.state, run.undone["undone"]) == ("undone", 6)
        assert not Member.objects.exclude(external_id=None).exists()
