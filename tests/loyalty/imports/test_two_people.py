"""What one file brings to many, or much of, is taken when two agree; just at the limit one is enough (S-26)."""

from datetime import timedelta
from functools import partial

import pytest

from loyalty.access.approvals.proposing import SecondPersonNeeded, approve, said
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.imports.models import Import
from loyalty.imports.steering import start_or_propose, stop
from loyalty.ledger.models import Entry
from tests.world.access import a_person
from tests.world.earning import NOON, a_cafe
from tests.world.imports import a_table, checked, worked
from tests.world.members import a_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    return a_cafe()


def somebody():
    return Actor(kind=ActorKind.STAFF, id=a_person().pk)


@pytest.mark.parametrize(
    ("points", "rows", "needs"),
    [
        (50_000, 1, False),
        (50_001, 1, True),
        (100, 100, False),
        (101, 101, True),
        (0, 999, False),
    ],
)
def test_from_a_hundred_members_or_fifty_thousand_points(cafe, points, rows, needs):
    boss = somebody()
    run = checked(cafe, "balances", a_table("external_id,points", "ada,1"))
    Import.objects.filter(pk=run.pk).update(
        preview=run.preview | {"new": rows, "points": {"stars": {"2099-12": points}}}
    )

    begun = start_or_propose(program=cafe, import_id=run.pk, actor=boss, at=NOON)

    assert (begun.proposal is not None) is needs
    run.refresh_from_db()
    assert run.state == ("ready" if needs else "running")


@pytest.mark.parametrize(
    ("hours", "by_the_same", "needs"), [(23, True, True), (24, True, False), (1, False, False)]
)
def test_files_of_one_person_within_a_day_count_together(cafe, hours, by_the_same, needs):
    """S-26: summed as budgets are, so that a file cut in two is one file."""
    boss = somebody()
    runs = [checked(cafe, "balances", a_table("external_id,points", name)) for name in ("ada,1", "grace,1")]  # fmt: skip
    for run in runs:
        run.preview |= {"new": 1, "points": {"stars": {"2099-12": 30_000}}}
        run.save()
    first, second = runs
    later, by = NOON + timedelta(hours=hours), boss if by_the_same else somebody()

    alone = start_or_propose(program=cafe, import_id=first.pk, actor=boss, at=NOON)
    told = start_or_propose(program=cafe, import_id=second.pk, actor=by, at=later)

    assert (alone.proposal, told.proposal is not None) == (None, needs)


def test_a_file_that_somebody_else_lets_go_on_counts_for_who_began_it(cafe):
    """S-26: else a colleague's click gives the space back."""
    first, colleague = somebody(), somebody()
    runs = [checked(cafe, "balances", a_table("external_id,points", name)) for name in ("ada,1", "grace,1", "joan,1")]  # fmt: skip
    for run in runs:
        run.preview |= {"new": 1, "points": {"stars": {"2099-12": 30_000}}}
        run.save()
    begin = partial(start_or_propose, program=cafe, at=NOON)

    begun = begin(import_id=runs[0].pk, actor=first).run
    stop(program=cafe, import_id=begun.pk)
    begin(import_id=begun.pk, actor=colleague)
    told = [
        begin(import_id=runs[1].pk, actor=first),
        begin(import_id=runs[2].pk, actor=colleague),
    ]

    begun.refresh_from_db()
    assert begun.actor == first
    assert [each.proposal is not None for each in told] == [True, False]


def test_a_second_person_agrees_and_both_names_stand_on_the_entries(cafe):
    first, second = somebody(), somebody()
    a_member(cafe, "ada")
    headers = "external_id,currency,reference,points,earned_on,expires_on"
    row = "ada,stars,opening,50001,2026-11-01,2099-12-31"
    run = checked(cafe, "balances", a_table(headers, row))
    how = {"program": cafe, "import_id": run.pk, "at": NOON}
    proposal = start_or_propose(actor=first, **how).proposal
    again = start_or_propose(actor=first, **how).proposal

    with pytest.raises(SecondPersonNeeded):
        approve(program=cafe, proposal_id=proposal.pk, actor=first, at=NOON)
    assert "50001" in said(proposal).replace(",", "")
    approve(program=cafe, proposal_id=proposal.pk, actor=second, at=NOON)
    worked(run)

    entry = Entry.objects.get(points=50_001)
    assert again == proposal
    assert (entry.actor_id, entry.approved_by_id) == (first.id, second.id)
