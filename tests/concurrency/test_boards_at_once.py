"""Many write, one folds, somebody reads: ranks are exact at every instant, in every view (G-86)."""

import random
from functools import partial

import pytest
from django.db import connection, transaction

from gamification.leaderboards.models import BoardScore, BoardStep
from gamification.leaderboards.ranks.browsing import top_of
from gamification.leaderboards.ranks.folding import fold
from gamification.leaderboards.ranks.ranking import ranked, standing_of
from loyalty.foundation.proofs.proving import snapshot
from tests.world.boards import (
    a_period,
    a_score,
    counted_by_step,
    counted_plainly,
    histogram_of,
    plainly,
    spot_of,
    unfolded,
)
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def writing(period, rows, *, seed):
    """Somebody whose statements move several members at once, some of them out of sight."""
    dice = random.Random(seed)

    def work():
        for _round in range(ROUNDS):
            some = [row.member_id for row in dice.sample(rows, 5)]
            mine = BoardScore.objects.filter(period=period, member__in=some)
            with transaction.atomic():
                locked = [row.member_id for row in mine.order_by("member_id").select_for_update()]
                BoardScore.objects.filter(period=period, member__in=locked).update(
                    score=dice.randrange(200), shown=dice.random() < 0.8
                )

    return work


def folding_on(period):
    """The folder, a few rows at a time."""

    def work():
        for _round in range(2 * ROUNDS):
            fold(period_id=period.pk, rows_max=4)

    return work


def reading(period, wrong):
    """Somebody who compares the whole board with the plain count, in one view each time."""

    def work():
        board = histogram_of(period)
        for _round in range(ROUNDS):
            with snapshot():
                expected = plainly(period)
                told = ranked(board, top_of(board, limit=100))
                found = [(e.spot.member_id, e.rank, e.dense, e.place, e.tied_with) for e in told]
                singly = [standing_of(board, each.spot).place for each in told]
            if found != expected or singly != [each[3] for each in expected]:
                wrong.append((found, expected))

    return work


def test_every_view_is_exact_beside_writers_and_a_folder():
    """G-86, acceptance 8: three writers, a folder and two readers; nothing is ever counted twice or not at all."""
    period = a_period(bits=4)
    rows = [a_score(period, number) for number in range(40)]
    wrong = []

    outcomes = at_once(
        *(writing(period, rows, seed=seed) for seed in (1, 2, 3)),
        folding_on(period),
        reading(period, wrong),
        reading(period, wrong),
    )
    while unfolded(period):
        fold(period_id=period.pk)

    assert outcomes == ["done"] * 6
    assert wrong == []
    assert counted_by_step(period) == counted_plainly(BoardScore.objects.filter(period=period))


def test_a_reader_who_leaves_out_what_waits_sees_another_board():
    """Control: without the rows that are not folded yet, the histogram alone is behind."""
    period = a_period(bits=4)
    low, high = a_score(period, 5), a_score(period, 90)
    fold(period_id=period.pk)
    BoardScore.objects.filter(period=period, member=low.member_id).update(score=100)

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # past the trigger
        cursor.execute("DELETE FROM gamification_boarddelta")
        cursor.execute("SET session_replication_role = DEFAULT")

    assert standing_of(histogram_of(period), spot_of(high)).rank == 1
    assert plainly(period)[1][1] == 2


def test_one_folder_folds_a_period():
    """G-86: a second folder goes away at once and takes nothing."""
    period = a_period()
    for score in range(1, 9):
        a_score(period, score)

    outcomes = at_once(*[partial(fold, period_id=period.pk)] * 6)

    assert outcomes == ["done"] * 6
    assert unfolded(period) == 0
    assert sum(BoardStep.objects.filter(period=period).values_list("members", flat=True)) == 8
