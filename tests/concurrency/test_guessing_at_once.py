"""Many guesses at one password in the same moment (S-36, S-37)."""

from functools import partial
from threading import Barrier

import pytest
from django.utils import timezone

from loyalty.access.issuing import Wish, ensure_key
from loyalty.access.models import ApiKey, WrongSignIn
from loyalty.access.staff import signing_in
from loyalty.access.staff.signing_in import begin_attempt
from loyalty.foundation.actors import job
from tests.world.programs import a_program
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
GUESSES = 12  # each holds a connection of its own


def guesses():
    at = timezone.now()
    return [
        partial(begin_attempt, account="olena", address=f"192.0.2.{number}", at=at)
        for number in range(GUESSES)
    ]


def test_five_are_looked_at_however_many_come_at_once():
    outcomes = at_once(*guesses())

    assert sorted(outcomes) == ["done"] * 5 + ["too_many_attempts"] * (GUESSES - 5)
    assert WrongSignIn.objects.count() == 5


def test_control_more_get_through_when_nobody_waits(monkeypatch):
    """Control: the race is real; the lock is what holds the count."""
    together = Barrier(GUESSES)  # everybody has looked before anybody writes

    def looking(wrong, limit, *, at):
        before = wrong.count()
        together.wait(timeout=30)
        if before >= limit[0]:
            raise signing_in.TooManyAttempts(minutes=15, retry_after=900)

    monkeypatch.setattr(signing_in, "_hold", lambda _digest: None)
    monkeypatch.setattr(signing_in, "_demand", looking)

    assert at_once(*guesses()).count("done") > 5


def test_two_scripts_that_want_the_same_key_make_one():
    """api, section 12: idempotent, also when run twice at once."""
    cafe = a_program()
    wish = Wish(name="storefront", scopes=["*"])
    wanting = partial(ensure_key, program=cafe, wish=wish, actor=job("tests"), at=timezone.now())

    assert at_once(wanting, wanting, wanting) == ["done"] * 3
    assert ApiKey.objects.count() == 1
