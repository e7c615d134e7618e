"""One answer to every bad code, after the same statements; and guessing that ends soon (W-36, S-32, S-33)."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.foundation.units import run
from loyalty.rewards.codes.pooling import PoolRow, add_codes
from loyalty.rewards.codes.spelling import draw_code, show_code
from loyalty.rewards.ending.lapsing import lapse_due
from loyalty.rewards.models import Reward, Voucher
from loyalty.rewards.undoing.cancelling import cancel_vouchers
from tests.world.access import a_shop
from tests.world.ledger import TILL, a_member
from tests.world.vouchers import (
    PARTNER,
    PERCENT,
    a_cafe,
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
