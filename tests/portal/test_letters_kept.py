"""How letters are limited, kept and forgotten."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.letters.forgetting import forget
from portal.letters.kinds import LetterKind
from portal.letters.models import Letter
from portal.letters.refusals import TooManyLetters
from tests.portal.test_letters import ADA, asked
from tests.portal.visiting import a_browser, page_of
from tests.world.members import a_member
from tests.world.outbox import delivered_at
from tests.world.programs import a_program
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_program()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada", email=ADA)


class TestLimits:
    def test_ten_an_hour_from_one_network(self, cafe):
        """S-36: whoever asks for many; an hour later it goes on."""
        now = timezone.now()
        for number in range(10):
            asked(cafe, f"guest-{number}@example.org", at=now)

        with pytest.raises(TooManyLetters) as refusal:
            asked(cafe, "guest-10@example.org", at=now + timedelta(minutes=59))

        assert refusal.value.values == {"minutes": 1, "retry_after": 60}
        assert Letter.objects.count() == 10
        asked(cafe, "guest-10@example.org", at=now + timedelta(hours=1))

    def test_hold_when_all_ask_at_once(self, cafe, ada):
        """S-36, S-37: three of eight."""
        now = timezone.now()

        outcomes = at_once(*[lambda: asked(cafe, at=now)] * 8)

        assert sorted(outcomes) == ["done"] * 3 + ["too_many_mails"] * 5

    def test_would_be_raced_past_without_the_locks(self, cafe, ada, monkeypatch):
        """Control: counting and then writing lets more in; so the race above is one."""
        from portal.letters import asking

        everybody, demand = Barrier(8), asking._demand

        def demanded_by_all(letters, most, *, at):
            demand(letters, most, at=at)
            everybody.wait(timeout=30)

        monkeypatch.setattr(asking, "run", lambda _sql, _values: [])
        monkeypatch.setattr(asking, "_demand", demanded_by_all)
        now = timezone.now()

        assert at_once(*[lambda: asked(cafe, at=now)] * 8) == ["done"] * 8


class TestForgetting:
    def test_goes_a_day_after_the_end(self, cafe):
        now = timezone.now()
        asked(cafe, at=now)

        assert forget(at=now + timedelta(hours=24, minutes=14)) == 0
        assert forget(at=now + timedelta(hours=24, minutes=16)) == 1

    def test_goes_with_the_person(self, cafe, ada):
        """S-58."""
        asked(cafe)
        browser = a_browser(ada)

        browser.post(page_of(cafe, "me/erase"), {"word": "erase"})
        delivered_at()

        assert Letter.objects.count() == 0

    def test_keeps_no_address(self, cafe, ada):
        """S-54: whoever reads the table learns neither who asked nor from where."""
        asked(cafe)

        with connection.cursor() as cursor:
            cursor.execute("SELECT l::text FROM portal_letter l")
            kept = cursor.fetchone()[0]

        assert ADA not in kept
        assert "192.0.2" not in kept


class TestConstraints:
    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ("ends_at = asked_at", "letter_ends_after_it_is_asked_for"),
            ("used_at = ends_at", "letter_is_used_before_its_end"),
            ("tries = 6", "letter_is_tried_a_few_times"),
            ("digest = ''::bytea", "letter_with_a_code_has_a_reader"),
        ],
    )
    def test_refuse_alone(self, cafe, ada, change, name):
        """S-15, S-19: the database by itself."""
        asked(cafe)

        with (
            pytest.raises(IntegrityError, match=name),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE portal_letter SET {change}")
        assert Letter.objects.get().kind == LetterKind.LINK
