"""Guessing ends soon: per member, per key, per address; and rings an alarm (S-33)."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.access.staff.signing_in import TooManyAttempts
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.rewards.guesses.alarming import count_bad
from loyalty.rewards.guesses.guessing import (
    PERSON,
    Guesser,
    begin,
    forget_guesses,
    guessers_of,
    note_bad,
    note_good,
)
from loyalty.rewards.models import GuessGuard, GuessHour
from tests.world.access import a_shop
from tests.world.ledger import a_member
from tests.world.vouchers import ISSUED_AT, a_cafe, facts_of, issued

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class TestGuessing:
    def test_ends_after_five_in_five_seconds_for_good_codes_too(self):
        """S-33: then it is closed for an hour, and a good code works again after it."""
        cafe = a_cafe()
        ada = a_member(cafe, "ada")
        shop = a_shop(cafe)
        voucher = issued(cafe, to=ada, at=timezone.now())
        good = {"code": voucher.code, "member": "ext:ada"}

        answers = [
            shop.post("/v1/vouchers/validate", {"code": f"guess-{n}", "member": "ext:ada"})
            for n in range(7)
        ]
        closed = shop.post("/v1/vouchers/validate", good)

        assert [each.status_code for each in answers] == [422] * 5 + [429] * 2
        assert (closed.status_code, closed.json()["code"]) == (429, "too_many_attempts")
        assert int(closed.headers["Retry-After"]) <= 3600
        GuessGuard.objects.update(closed_until=timezone.now() - DAY, failed=[])
        assert shop.post("/v1/vouchers/validate", good).status_code == 200

    def test_comes_to_ten_of_two_thousand_and_then_a_good_code_works_again(self):
        """S-33: one every two seconds, for more than an hour; whatever is refused is not looked at."""
        cafe = a_cafe()
        ada = [Guesser(kind="member", id=a_member(cafe, "ada").pk, limits=PERSON)]
        evaluated = []

        for number in range(2_000):
            at = ISSUED_AT + number * timedelta(seconds=1.75)
            with suppress(TooManyAttempts):
                mark = begin(ada, at=at)
                note_bad(ada, program=cafe, mark=mark, card_id=None, at=at)
                evaluated.append(number)

        assert evaluated == list(range(10))
        mark = begin(ada, at=ISSUED_AT + timedelta(hours=1, minutes=1))
        note_good(ada, mark=mark)

    def test_under_many_names_is_slowed_down_by_address(self):
        """S-33: another member each time; a minute later the address may go on, and others were never held up."""
        cafe = a_cafe()
        here, there = "192.0.2.1", "192.0.2.2"
        told = {"program": cafe, "key_id": None}
        refused = 0

        for _number in range(70):
            names = guessers_of(address=here, member_id=new_id(), **told)
            try:
                mark = begin(names, at=ISSUED_AT)
                note_bad(names, program=cafe, mark=mark, card_id=None, at=ISSUED_AT)
            except TooManyAttempts:
                refused += 1

        assert refused == 10
        begin(guessers_of(address=there, member_id=new_id(), **told), at=ISSUED_AT)
        begin(guessers_of(address=here, member_id=new_id(), **told), at=ISSUED_AT + MINUTE)

    def test_counts_by_address_at_every_door(self):
        """S-33: of what one key does in the name of two members, both are its address's."""
        cafe = a_cafe()
        a_member(cafe, "ada"), a_member(cafe, "grace")
        shop = a_shop(cafe)

        for name in ("ada", "grace"):
            shop.post("/v1/vouchers/validate", {"code": "guess", "member": f"ext:{name}"})

        counts = sorted(len(each.failed) for each in GuessGuard.objects.all())
        assert counts == [1, 1, 2]

    @pytest.mark.parametrize(("before", "usual", "rings_at"), [(0, 0, 50), (168 * 12, 12, 120)])
    def test_rings_once_an_hour_at_ten_times_the_usual(self, before, usual, rings_at):
        """S-33: of the last seven days; told by a fact."""
        cafe = a_cafe()
        hour = ISSUED_AT.replace(minute=0)
        GuessHour.objects.create(program=cafe, hour=hour, bad=rings_at - 2)
        GuessHour.objects.create(program=cafe, hour=hour - DAY, bad=before)
        GuessHour.objects.create(program=cafe, hour=hour - 8 * DAY, bad=10**6)

        for _number in range(4):
            run(lambda: count_bad(program=cafe, at=ISSUED_AT))

        (fact,) = facts_of(cafe, "voucher.guessing_suspected")
        assert (fact.body["bad"], fact.body["usual"]) == (rings_at, usual)

    def test_leaves_no_address_and_is_forgotten_after_days(self):
        """S-56: keyed digests only; and no row for ever."""
        cafe = a_cafe()
        names = guessers_of(program=cafe, address="192.0.2.1", member_id=new_id(), key_id=None)
        note_bad(names, program=cafe, mark=begin(names, at=ISSUED_AT), card_id=None, at=ISSUED_AT)

        run(lambda: forget_guesses.step(at=ISSUED_AT + 9 * DAY))

        assert (GuessGuard.objects.count(), GuessHour.objects.count()) == (0, 0)

    def test_of_one_member_does_not_close_the_door_of_another(self):
        """S-33"""
        cafe = a_cafe()
        a_member(cafe, "ada")
        grace = a_member(cafe, "grace")
        shop, voucher = a_shop(cafe), issued(cafe, to=grace, at=timezone.now())
        for n in range(6):
            shop.post("/v1/vouchers/validate", {"code": f"guess-{n}", "member": "ext:ada"})

        answer = shop.post("/v1/vouchers/validate", {"code": voucher.code, "member": "ext:grace"})

        assert answer.status_code == 200
