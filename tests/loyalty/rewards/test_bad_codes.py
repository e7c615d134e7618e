"""One answer to every bad code, after the same statements; and guessing that ends soon (W-36, S-32, S-33)."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.access.staff.signing_in import TooManyAttempts
from loyalty.foundation.ids import new_id
from loyalty.foundation.units import run
from loyalty.rewards.codes.pooling import PoolRow, add_codes
from loyalty.rewards.codes.spelling import draw_code, show_code
from loyalty.rewards.ending.lapsing import lapse_due
from loyalty.rewards.models import GuessGuard, GuessHour, Reward, Voucher
from loyalty.rewards.undoing.cancelling import cancel_vouchers
from loyalty.rewards.using.alarming import count_bad
from loyalty.rewards.using.guessing import (
    PERSON,
    Guesser,
    begin,
    forget_guesses,
    guessers_of,
    note_bad,
    note_good,
)
from tests.world.access import a_shop
from tests.world.ledger import TILL, a_member
from tests.world.vouchers import (
    ISSUED_AT,
    PARTNER,
    PERCENT,
    a_cafe,
    facts_of,
    issued,
    redeemed,
    reserved,
)

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def _mistyped(cafe, now):
    code = draw_code(12)
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def _out_of_a_pool(cafe, now):
    reward = Reward.objects.get(slug="cinema")
    rows = [PoolRow(code="CINEMA-0001-AB")]
    run(lambda: add_codes(program=cafe, reward_id=reward.pk, rows=rows, at=now))
    return "CINEMA-0001-AB"


def _changed(cafe, now, **columns):
    voucher = issued(cafe, at=now)
    Voucher.objects.filter(pk=voucher.id).update(**columns)
    return voucher.code


def _used(cafe, now):
    voucher = issued(cafe, at=now)
    redeemed(cafe, voucher, "o-9", at=now)
    return voucher.code


def _reserved(cafe, now):
    voucher = issued(cafe, at=now)
    reserved(cafe, voucher, "k-9", at=now)
    return voucher.code


def _expired(cafe, now):
    code = _changed(cafe, now, ends_at=now - DAY)
    run(lambda: lapse_due(program=cafe, at=now))
    return code


def _cancelled(cafe, now):
    voucher = issued(cafe, at=now)
    ids = [voucher.id]
    run(lambda: cancel_vouchers(program=cafe, voucher_ids=ids, reason="x", actor=TILL, at=now))
    return voucher.code


BAD = {
    "unknown": lambda cafe, now: show_code(draw_code(12)),
    "mistyped": _mistyped,
    "used": _used,
    "reserved": _reserved,
    "expired": _expired,
    "ended by the clock": lambda cafe, now: _changed(cafe, now, ends_at=now - DAY),
    "not yet good": lambda cafe, now: _changed(cafe, now, starts_at=now + DAY),
    "cancelled": _cancelled,
    "of another programme": lambda cafe, now: issued(a_cafe(slug="other-cafe"), at=now).code,
    "of another member": lambda cafe, now: issued(cafe, to=a_member(cafe, "grace"), at=now).code,
    "out of a pool": _out_of_a_pool,
}


def told(answer):
    body = answer.json()
    body.pop("request_id", None)
    return answer.status_code, body


def a_bad_code(cafe, why):
    return BAD[why](cafe, timezone.now())


class TestBadCodes:
    @pytest.mark.parametrize("verb", ["validate", "reserve", "redeem"])
    def test_are_answered_alike_after_the_same_statements(self, verb):
        """W-36, S-32: equal status, body and statements, in equal order; only the values differ."""
        cafe = a_cafe(PERCENT, PARTNER)
        shop = a_shop(cafe, "vouchers:read", "vouchers:write")
        codes = {why: a_bad_code(cafe, why) for why in BAD}
        more = {"validate": {}, "reserve": {"key": "b-1"}, "redeem": {"order_id": "o-1"}}[verb]
        shop.post(f"/v1/vouchers/{verb}", {"code": "warm-up"} | more, key="warm-up")
        answers, statements = {}, {}

        for why, code in codes.items():
            with CaptureQueriesContext(
                connection,
            ) as caught:
                answer = shop.post(
                    f"/v1/vouchers/{verb}", {"code": code} | more, key=f"{verb}-{why}"
                )
            answers[why] = json.dumps(told(answer), sort_keys=True)
            statements[why] = [shape_of(each["sql"]) for each in caught.captured_queries]

        assert set(answers.values()) == {answers["unknown"]}
        assert json.loads(answers["unknown"])[0] == 422
        assert {why for why in BAD if statements[why] != statements["unknown"]} == set()

    @pytest.mark.parametrize("why", ["unknown", "used", "expired", "of another member"])
    def test_are_explained_to_those_who_may_inspect(self, why):
        """W-36"""
        cafe = a_cafe(PERCENT, PARTNER)
        shop = a_shop(cafe, "vouchers:read", "vouchers:inspect")
        code = a_bad_code(cafe, why)
        said = {"of another member": "other_member"}.get(why, why)

        answer = shop.post("/v1/vouchers/validate", {"code": code})

        assert answer.json()["values"] == {"reason": said}


def shape_of(sql):
    """The statement without its values."""
    return (
        sql.partition(" ")[0]
        + str(len(sql.split("%s")))
        + "".join(word for word in sql.split() if word.islower() and word.isidentifier())[:400]
    )


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
