"""Members join, and windows close, at once: one go each, and a team of ten at most (G-50, G-54); struck down, none."""

import threading
from functools import partial

import pytest

from gamification.challenges.attempts import joining
from gamification.challenges.attempts.closing import close_due
from gamification.challenges.attempts.joining import join
from gamification.challenges.models import Attempt
from gamification.prizes.models import PrizeGrant
from loyalty.ledger.models import Entry
from loyalty.outbox.models import AnnouncedFact
from tests.concurrency.test_all_or_nothing import strike
from tests.world.challenges import CUPS, ORDERS, a_challenge, joined
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.members import a_member
from tests.world.play import at, coffees, member_of
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at("11-02 09:00")
WORKERS = 8
GOAL = {"target": 20, "min_contribution": 5}


def joining_at_once(cafe, challenge, names, *, team=None):
    """These members join at the same moment; what each came to."""
    ids = [member_of(cafe, name).pk for name in names]
    work = partial(join, program=cafe, challenge=challenge, team=team, at=NOW)
    return at_once(*[partial(work, member_id=each) for each in ids])


def told_of(cafe):
    return AnnouncedFact.objects.filter(program_id=cafe.pk, name="challenge.joined").count()


def test_who_joins_many_times_at_once_has_one_go():
    """G-50: the member's lock lets one by, the others are told so."""
    cafe, challenge = a_challenge(activation="join")

    outcomes = joining_at_once(cafe, challenge, ["ada"] * WORKERS)

    assert sorted(outcomes) == ["challenge_already_joined"] * (WORKERS - 1) + ["done"]
    assert (Attempt.objects.count(), told_of(cafe)) == (1, 1)


def test_without_the_lock_they_collide(monkeypatch):
    """Control: the race is real, and behind the lock the database refuses as well."""
    cafe, challenge = a_challenge(activation="join")
    barrier, find = threading.Barrier(2), joining._run

    def found_together(*told, **named):
        run = find(*told, **named)
        barrier.wait(timeout=30)
        return run

    monkeypatch.setattr(joining, "hold_members", lambda **_named: {})
    monkeypatch.setattr(joining, "_run", found_together)

    outcomes = joining_at_once(cafe, challenge, ["ada"] * 2)

    assert sorted(outcomes) == ["done", "one_attempt_an_occasion"]
    assert (Attempt.objects.count(), told_of(cafe)) == (1, 1)


def a_team_of_nine():
    """Eight have joined whom Ada asked; three more have the code."""
    cafe = a_test_cafe()
    names = [f"friend-{number}" for number in range(11)]
    for name in names:
        a_member(cafe, name)
    _cafe, challenge = a_challenge(
        cafe=cafe,
        activation="join",
        steps=[{"measure": ORDERS, "at_least": 1}],
        goal={"target": 10, "pool": "team"},
    )
    code = joined(cafe, challenge, when="11-01 09:00").team.code
    for name in names[:8]:
        joined(cafe, challenge, when="11-01 09:00", who=name, team=code)
    return cafe, challenge, code, names[8:]


def test_the_tenth_of_a_team_is_the_last():
    """G-54: three ask for the last place at once; one has it."""
    cafe, challenge, code, late = a_team_of_nine()

    outcomes = joining_at_once(cafe, challenge, late, team=code)

    assert sorted(outcomes) == ["challenge_not_eligible"] * 2 + ["done"]
    assert Attempt.objects.filter(team__code=code).count() == 10


def test_a_close_that_is_struck_down_anywhere_pays_each_once(monkeypatch):
    """G-51, G-54: hit before each of its statements, it leaves everything as it was; told again it pays once."""
    cafe = a_test_cafe()
    a_member(cafe, "grace")
    a_challenge(cafe=cafe, steps=[{"measure": CUPS, "at_least": 1}], goal=GOAL)
    for who in ("ada", "grace"):
        bought(cafe, f"o-{who}", when="11-10 09:00", who=who, lines=coffees(12))
    it_is(cafe, "12-02 22:00")

    def kept():
        goes = Attempt.objects.order_by("pk").values_list("state", "progress", "completed_at")
        return list(goes), PrizeGrant.objects.count(), Entry.objects.count()

    start, number = kept(), 1
    close = partial(close_due, program=cafe, at=at("12-02 22:00"))
    while strike(monkeypatch, close, number=number, before=True):
        assert kept() == start, f"statement {number}"
        number += 1
    with_prizes = kept()
    close()

    assert number > 10
    assert kept() == with_prizes
    assert [state for state, _progress, _at in with_prizes[0]] == ["completed"] * 2
    assert with_prizes[1:] == (2, start[2] + 2)
