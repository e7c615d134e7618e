"""`verify` sees a wrong score and a wrong histogram and names them; `rebuild boards` puts both right (G-90)."""

import pytest
from django.db import connection

from gamification.leaderboards.models import BoardScore, BoardStep
from gamification.leaderboards.ranks.folding import fold_step
from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.proofs.rebuilding import rebuild
from loyalty.foundation.units import run
from tests.world.boards import a_board_cafe, scores_of, seen_as
from tests.world.members import a_member
from tests.world.play import bought, returned

pytestmark = pytest.mark.django_db


@pytest.fixture
def cafe():
    cafe = a_board_cafe()
    for name, total in (("ana", 300), ("bo", 500)):
        seen_as(a_member(cafe, name), "pseudonym")
        bought(cafe, f"o-{name}", who=name, total=total, when="11-05 09:00")
    returned(cafe, "o-bo", who="bo", when="11-06 09:00", amount=100)
    for period in {row.period_id for row in BoardScore.objects.all()}:
        run(lambda period=period: fold_step(period_id=period))
    return cafe


def wrong(cafe):
    found = prove(Scope(program_id=cafe.pk))
    return [(e.name, e.row.split()[1], e.found, e.expected) for e in found if "boards" in e.name]


def rebuilt(cafe, *, dry_run=False):
    return len(list(rebuild("boards", scope=Scope(program_id=cafe.pk), dry_run=dry_run)))


def test_finds_nothing_where_all_is_well(cafe):
    assert (wrong(cafe), rebuilt(cafe)) == ([], 0)


def test_names_a_member_whose_score_is_not_what_the_deeds_say(cafe):
    row = BoardScore.objects.get(period__key="2026-11", member__external_id="bo")
    BoardScore.objects.filter(period=row.period_id, member=row.member_id).update(score=450)

    assert [(name, key) for name, key, _found, _expected in wrong(cafe)] == [
        ("boards and deeds", "2026-11")
    ]
    assert (rebuilt(cafe, dry_run=True), scores_of(cafe, "bo")["2026-11"]) == (1, 450)
    assert (rebuilt(cafe), scores_of(cafe, "bo")["2026-11"]) == (1, 400)
    assert (wrong(cafe), rebuilt(cafe)) == ([], 0)


def test_names_a_step_and_a_bucket_that_nobody_stands_on(cafe):
    BoardStep.objects.filter(period__key="2026-11", score=300).update(members=3)

    assert wrong(cafe) == [
        ("boards and histograms", "2026-11", "2 2", "4 2"),
        ("boards and histograms", "2026-11", "3", "1"),
    ]
    assert (rebuilt(cafe), wrong(cafe)) == (2, [])


def test_puts_back_what_was_lost_altogether(cafe):
    """A row that is gone, past every trigger, comes back from the deeds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM gamification_boardscore")
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    assert rebuilt(cafe) > 0
    assert scores_of(cafe, "ana") == {"2026-11": 300, "ever": 300}
    assert wrong(cafe) == []


def test_a_rebuild_that_was_stopped_is_taken_up_by_the_next(cafe):
    """G-86: each page is a unit of its own, so what was put right stays so."""
    BoardScore.objects.update(score=450)

    stopped = rebuild("boards", scope=Scope(program_id=cafe.pk), dry_run=False)
    next(iter(stopped))
    stopped.close()
    left = rebuilt(cafe)

    assert left > 0
    assert (wrong(cafe), rebuilt(cafe)) == ([], 0)
    assert scores_of(cafe, "bo") == {"2026-11": 400, "ever": 400}
