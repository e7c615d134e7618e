"""A challenge rests and goes on: nothing is decided meanwhile, and nothing is lost (G-28, G-51)."""

import pytest

from gamification.challenges.kinds import GAME
from gamification.criteria.kinds import DefinitionState as State
from gamification.criteria.life.publishing import move_definition
from gamification.criteria.models import Definition, PlaySetting
from loyalty.foundation.actors import job
from loyalty.jobs.running import run_all_due
from loyalty.outbox.models import AnnouncedFact
from tests.world.challenges import a_challenge, closed, goes_of, stars_of
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.members import a_member
from tests.world.play import at, heard, member_of

pytestmark = pytest.mark.django_db

MONTHLY = {"window": {"calendar": "month"}, "recurrence": "on_expiration", "at_least": 2}


def moved(cafe, to, *, when):
    it_is(cafe, when)
    row = Definition.objects.get(program=cafe, game=GAME)
    return move_definition(program=cafe, definition=row, to=to, actor=job("test"), at=at(when))


def caught_up(cafe, *, when):
    """What was asked for when it went on is done."""
    it_is(cafe, when)
    run_all_due(programs={cafe.pk: cafe}, now={cafe.pk: at(when)}, seconds_max=30)
    heard(cafe)


def test_a_run_that_began_and_closed_in_a_pause_is_decided_when_it_goes_on():
    """G-28: Ada's two orders of November are done, Grace's second was told too late; nobody is bothered."""
    cafe = a_test_cafe()
    a_member(cafe, "grace")
    a_challenge(cafe=cafe, **MONTHLY)
    moved(cafe, State.PAUSED, when="10-25 09:00")
    for who in ("ada", "grace"):
        bought(cafe, f"{who}-1", when="11-02 09:00", who=who)
    bought(cafe, "ada-2", when="11-05 09:00")
    bought(cafe, "grace-2", when="11-30 09:00", told_at="12-02 22:00", who="grace")
    bought(cafe, "ada-3", when="12-05 09:00")
    assert goes_of(cafe) == []

    moved(cafe, State.LIVE, when="12-10 09:00")
    caught_up(cafe, when="12-10 10:00")
    closed(cafe, when="12-10 11:00")

    assert goes_of(cafe) == [("2026-11", "completed", [2]), ("2026-12", "active", [1])]
    assert goes_of(cafe, "grace") == [("2026-11", "expired", [1])]
    assert (stars_of(cafe), stars_of(cafe, "grace")) == (60, 0)
    told = AnnouncedFact.objects.filter(program_id=cafe.pk, name__startswith="challenge.")
    assert list(told.values_list("name", flat=True)) == ["challenge.backfilled"]


def test_what_had_closed_before_the_pause_stays_decided():
    """G-28: who wanted no challenges in October has none of October, though November is caught up."""
    cafe, _monthly = a_challenge(when="09-01 06:00", **MONTHLY)
    wish = PlaySetting.objects.create(
        program=cafe, member=member_of(cafe), game=GAME, at=at("10-01 06:00")
    )
    for day in ("10-05", "10-06"):
        bought(cafe, f"o-{day}", when=f"{day} 09:00")
    wish.delete()
    moved(cafe, State.PAUSED, when="11-02 22:00")
    for day in ("11-05", "11-06"):
        bought(cafe, f"o-{day}", when=f"{day} 09:00")

    moved(cafe, State.LIVE, when="12-10 09:00")
    caught_up(cafe, when="12-10 10:00")

    assert goes_of(cafe) == [("2026-11", "completed", [2])]


def test_what_was_running_does_not_close_before_it_is_caught_up():
    """G-28, G-51: the second order came in the pause; the tick is there before the job, and waits."""
    cafe, _two = a_challenge(at_least=2)
    bought(cafe, "o-1", when="11-02 09:00")
    moved(cafe, State.PAUSED, when="11-10 09:00")
    bought(cafe, "o-2", when="11-20 09:00")
    moved(cafe, State.LIVE, when="12-10 09:00")

    closed(cafe, when="12-10 09:01")
    assert goes_of(cafe) == [("", "active", [1])]
    caught_up(cafe, when="12-10 09:02")
    closed(cafe, when="12-10 09:03")

    assert (goes_of(cafe), stars_of(cafe)) == ([("", "completed", [2])], 60)


def test_a_second_pause_before_everybody_was_looked_at_keeps_the_first():
    """G-28: what the first pause hid is not forgotten; after it was caught up, a new pause begins anew."""
    cafe, _monthly = a_challenge(**MONTHLY)
    moved(cafe, State.PAUSED, when="10-25 09:00")
    bought(cafe, "o-1", when="11-02 09:00")
    bought(cafe, "o-2", when="11-03 09:00")
    moved(cafe, State.LIVE, when="12-10 09:00")

    assert moved(cafe, State.PAUSED, when="12-10 09:01").paused_at == at("10-25 09:00")
    moved(cafe, State.LIVE, when="12-11 09:00")
    caught_up(cafe, when="12-11 09:01")

    assert goes_of(cafe) == [("2026-11", "completed", [2])]
    assert moved(cafe, State.PAUSED, when="12-12 09:00").paused_at == at("12-12 09:00")
