"""The database refuses by itself what the rules of boards refuse in words; each alone, by raw rows."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from gamification.leaderboards.models import (
    BoardBucket,
    BoardDelta,
    BoardNote,
    BoardRuling,
    BoardScore,
    BoardStep,
    Visibility,
)
from loyalty.foundation.ids import new_id
from tests.world.boards import ENDS, FIRST, STARTS, a_period, a_score, unfolded
from tests.world.members import a_member
from tests.world.play import at
from tests.world.programs import a_program
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


def made(model, **fields):
    with transaction.atomic():
        return model.objects.create(**fields)


def move(period, row, **fields):
    with transaction.atomic():
        BoardScore.objects.filter(period=period, member_id=row.member_id).update(**fields)


def test_periods():
    """G-79: one of a key, in order, side by side; states only move on."""
    period = a_period()
    with refused("board_period_is_there_once"):
        copied(period, starts_at=ENDS, ends_at=ENDS + timedelta(1), closes_at=ENDS + timedelta(2))
    with refused("board_period_closes_after_its_end"):
        changed(period, closes_at=ENDS - timedelta(seconds=1))
    with refused("board_period_closes_after_its_end"):
        changed(period, ends_at=STARTS)
    with refused("board_period_has_buckets"):
        changed(period, bucket_bits=32)
    with refused("board_period_is_final_sometime"):
        changed(period, final_at=ENDS)
    with refused("board_periods_do_not_overlap"):
        copied(period, key="2026-W46", starts_at=FIRST)
    with refused("board_periods_move_on"):
        changed(period, state="scheduled")
    with refused("board_periods_move_on"):
        changed(period, state="final", final_at=ENDS)
    copied(period, key="ever")  # runs beside all others


def test_scores():
    """G-77: never below zero, and above it only with a deed."""
    period = a_period()
    with refused("board_score_is_not_below_zero"):
        made(BoardScore, period=period, member_id=new_id(), score=-1, tie=0, shown=False)
    with refused("board_score_was_reached_sometime"):
        made(BoardScore, period=period, member_id=new_id(), score=1, tie=0, shown=False)


@pytest.mark.parametrize(
    "field",
    [{"score": 6}, {"reached_at": ENDS}, {"tie": 1}, {"suspended_at": ENDS, "shown": False}],
)
def test_no_statement_changes_a_final_score(field):
    """G-80, acceptance 9: not the score, not when it was reached, not the lot; nobody comes and nobody goes."""
    period = a_period()
    row = a_score(period, 5)
    changed(period, state="closing")
    changed(period, state="final", final_at=ENDS)

    with refused("final_board_scores_stand"):
        move(period, row, **field)
    with refused("final_board_scores_stand"), transaction.atomic():
        a_score(period, 7)
    with refused("final_board_scores_stand"), transaction.atomic():
        BoardScore.objects.filter(period=period)._raw_delete("default")
    assert [each.score for each in BoardScore.objects.filter(period=period)] == [5]


def test_what_is_shown_takes_part():
    """G-84: neither an outsider nor a suspended entry stands on a board."""
    period = a_period()
    row = a_score(period, 5)
    with refused("shown_board_score_takes_part"):
        move(period, row, admitted=False)
    with refused("shown_board_score_takes_part"):
        move(period, row, suspended_at=ENDS)
    move(period, row, suspended_at=ENDS, shown=False)


def test_rulings_have_a_reason_and_stay():
    """Who decided about an entry, and why, is on record."""
    told = {"period": a_period(), "member_id": new_id(), "ruling": "suspended", "at": ENDS}
    with refused("board_ruling_has_a_reason"):
        made(BoardRuling, **told, reason="", actor="staff:usr_1")
    with refused("board_ruling_is_known"):
        made(BoardRuling, **told | {"ruling": "liked"}, reason="Why.", actor="staff:usr_1")
    row = made(BoardRuling, **told, reason="Why.", actor="staff:usr_1")
    with refused("board_rulings_are_only_added"):
        changed(row, reason="Why not.")
    with refused("board_rulings_are_only_added"), transaction.atomic():
        BoardRuling.objects.filter(pk=row.pk)._raw_delete("default")


def test_a_member_may_still_hide_on_a_final_board():
    """G-84: a final board shows the choice of today; the histogram hears of it."""
    period = a_period()
    row = a_score(period, 5)
    changed(period, state="closing")
    changed(period, state="final", final_at=ENDS)
    before = unfolded(period)

    move(period, row, shown=False)

    assert unfolded(period) == before + 1


def test_archived_rows_may_go():
    """G-80: only an archived period lets rows go; they are never emptied at one stroke."""
    period = a_period()
    row = a_score(period, 5)
    with refused("final_board_scores_stand"), transaction.atomic():
        BoardScore.objects.filter(period=period)._raw_delete("default")
    for state in ("closing", "final", "archived"):
        changed(period, state=state, final_at=None if state == "closing" else ENDS)
    with refused("final_board_scores_stand"):
        move(period, row, score=6)

    BoardScore.objects.filter(period=period)._raw_delete("default")

    assert not BoardScore.objects.filter(period=period).exists()
    with (
        refused("board_scores_are_kept"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE gamification_boardscore")


def test_the_histogram():
    """G-86: no step, bucket or delta that makes no sense."""
    period = a_period()
    with refused("board_step_is_not_below_zero"):
        made(BoardStep, period=period, score=1, members=-1)
    with refused("board_bucket_is_not_below_zero"):
        made(BoardBucket, period=period, bucket=0, members=-1, steps=0)
    with refused("board_bucket_is_not_below_zero"):
        made(BoardBucket, period=period, bucket=0, members=0, steps=-1)
    with refused("board_delta_moves_members"):
        made(BoardDelta, period=period, score=1, members=0)


def test_the_trigger_tells_a_statement_at_once():
    """G-86: one row per score and statement, whoever writes and however; hidden and empty ones are not told."""
    period = a_period()
    rows = [
        BoardScore(
            period=period, member_id=new_id(), score=score, reached_at=FIRST, tie=0, shown=shown
        )
        for score, shown in [(5, True), (5, True), (5, False), (0, True), (9, True)]
    ]

    BoardScore.objects.bulk_create(rows)
    told = list(BoardDelta.objects.order_by("score").values_list("score", "members"))
    BoardScore.objects.filter(period=period, score=5).update(score=9, shown=True)

    assert told == [(5, 2), (9, 1)]
    moved = BoardDelta.objects.order_by("id").values_list("score", "members")[2:]
    assert sorted(moved) == [(5, -2), (9, 3)]


@pytest.mark.parametrize(
    "trigger", ["board_scores_inserted", "board_scores_updated", "board_scores_deleted"]
)
def test_each_kind_of_statement_has_its_trigger(trigger):
    """G-86: no code path can forget to tell, whatever it does to scores."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'gamification_boardscore'::regclass"
            " AND NOT tgisinternal AND tgname LIKE %s",
            [f"pgtrigger_{trigger}_%"],
        )
        assert cursor.fetchone() == (1,)


def test_notes():
    """G-82."""
    note = made(
        BoardNote, period=a_period(), member_id=new_id(), correction_id=new_id(), delta=-3, at=ENDS
    )
    with refused("board_notes_a_correction_once"):
        copied(note)


def test_visibility():
    """G-84: a nickname names one member, and a pseudonym is one."""
    cafe = a_program()
    ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
    told = {"program": cafe, "at": at("11-01 08:00"), "text_version": "1"}
    made(Visibility, member=ada, choice="pseudonym", nickname="Ada", skeleton="ada", **told)
    with refused("nickname_names_one_member"):
        made(Visibility, member=grace, choice="hidden", nickname="ada", skeleton="ada", **told)
    with refused("pseudonym_has_a_nickname"):
        made(Visibility, member=grace, choice="pseudonym", **told)
    with refused("nickname_has_a_skeleton"):
        made(Visibility, member=grace, choice="hidden", nickname="Grace", **told)
