"""A board becomes final while scores are being written: whoever was under way is in it, and nobody comes after (G-80)."""

import threading

import pytest
from django.db import connection, connections, transaction

from gamification.leaderboards.models import BoardPeriod, BoardScore
from gamification.leaderboards.models.frozen import WRITE_LOCK
from tests.world.boards import ENDS, a_period, a_score
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


def closing(period, *, holds=True, begun=None):
    """As closing does it: hold the period against writers, then make it final."""

    def work():
        if begun is not None:
            assert begun.wait(PATIENCE_SECONDS)
        with transaction.atomic(), connection.cursor() as cursor:
            if holds:
                cursor.execute(
                    "SELECT pg_advisory_xact_lock(%s, hashtext(%s::text))", [WRITE_LOCK, period.pk]
                )
            BoardPeriod.objects.filter(pk=period.pk).update(state="final", final_at=ENDS)

    return work


def writing(period, row, *, written, may_end):
    """A writer in the middle of its transaction: the score is written, and not yet committed."""

    def work():
        with transaction.atomic():
            BoardScore.objects.filter(period=period, member=row.member_id).update(score=7)
            written.set()
            assert may_end.wait(PATIENCE_SECONDS)

    return work


def race(*, holds):
    """The state that others see while the writer is still under way; then everything ends."""
    period = a_period(state="closing")
    row = a_score(period, 5)
    written, may_end, seen = threading.Event(), threading.Event(), []

    def looking():
        assert written.wait(PATIENCE_SECONDS)
        for _moment in range(20):
            threading.Event().wait(0.02)
            seen.append(BoardPeriod.objects.get(pk=period.pk).state)
        may_end.set()
        connections.close_all()

    outcomes = at_once(
        writing(period, row, written=written, may_end=may_end),
        closing(period, holds=holds, begun=written),
        looking,
    )
    return outcomes, seen[-1], period, row


def test_closing_waits_for_a_writer_under_way_and_lets_none_in_after():
    """G-80: the score that was being written is part of what is final."""
    outcomes, seen, period, row = race(holds=True)

    late = at_once(
        lambda: BoardScore.objects.filter(period=period, member=row.member_id).update(score=9)
    )

    assert (outcomes, seen) == (["done"] * 3, "closing")
    assert late == ["final_board_scores_stand"]
    assert BoardScore.objects.get(period=period).score == 7


def test_a_final_board_still_changes_when_nobody_holds_it():
    """Control: without the lock the period is final while a score is still on its way into it."""
    outcomes, seen, _period, _row = race(holds=False)

    assert (outcomes, seen) == (["done"] * 3, "final")
