"""The doors of vouchers and gift cards: one answer to every bad code, and guessing that ends soon (W-36, S-30 to S-33)."""

import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.foundation.models import IdempotencyRecord
from loyalty.rewards.models import GiftCard, GuessGuard, Voucher
from tests.world.access import a_shop
from tests.world.ledger import a_member
from tests.world.vouchers import PERCENT, a_cafe, a_card, issued

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
ORDER = {
    "currency": "EUR",
    "lines": [
        {"sku": "A", "quantity": 1, "amount": 999},
        {"sku": "B", "quantity": 1, "amount": 1000},
    ],
}


class TestTill:
    def test_validates_reserves_redeems_and_answers_alike(self):
        """W-G5, W-37: 15 % on 9.99 and 10.00; validate, reserve and redeem give the same sums."""
        cafe = a_cafe(PERCENT | {"terms": {"percent": "15"}})
        shop, voucher = a_shop(cafe), issued(cafe, at=timezone.now())
        code = voucher.code.lower().replace("-", " ")

        first = shop.post("/v1/vouchers/validate", {"code": code, "order": ORDER})
        kept = shop.post(
            "/v1/vouchers/reserve", {"code": code, "key": "b-1", "order": ORDER}, key="1"
        )
        used = shop.post(
            "/v1/vouchers/redeem", {"code": code, "key": "b-1", "order_id": "o-1"}, key="2"
        )

        discounts = [each.json()["discount"] for each in (first, kept, used)]
        assert [each.status_code for each in (first, kept, used)] == [200, 200, 200]
        assert [each.json()["status"] for each in (first, kept, used)] == [
            "issued",
            "reserved",
            "redeemed",
        ]
        assert discounts == [discounts[0]] * 3
        assert [line["amount"] for line in discounts[0]["lines"]] == [149, 150]
        assert shop.get(f"/v1/vouchers/{voucher.shown_id}").json()["status"] == "redeemed"

    def test_releases_and_reinstates(self):
        """W-37, W-60"""
        cafe = a_cafe()
        shop, voucher = a_shop(cafe), issued(cafe, at=timezone.now())
        told = {"code": voucher.code, "key": "b-1"}
        shop.post("/v1/vouchers/reserve", told, key="1")

        assert shop.post("/v1/vouchers/release", told, key="2").json()["status"] == "issued"
        shop.post("/v1/vouchers/redeem", {"code": voucher.code, "order_id": "o-1"}, key="3")
        back = {"voucher": voucher.shown_id, "order_id": "o-1"}
        assert shop.post("/v1/vouchers/reinstate", back, key="4").json()["status"] == "issued"
        assert shop.post("/v1/vouchers/reinstate", back, key="5").json()["status"] == "issued"
        assert (
            shop.post("/v1/vouchers/reinstate", back | {"order_id": "o-2"}, key="6").status_code
            == 409
        )

    def test_a_dry_run_keeps_nothing(self):
        """E-8"""
        cafe = a_cafe()
        shop, voucher = a_shop(cafe), issued(cafe, at=timezone.now())
        told = {"code": voucher.code, "order_id": "o-1"}

        answer = shop.post("/v1/vouchers/redeem?dry_run=true", told)

        assert (answer.status_code, answer.json()["simulated"]) == (200, True)
        assert Voucher.objects.get().state == "issued"

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"code": "x" * 65, "key": "k"}, "/code"),
            ({"code": "x", "key": "k" * 65}, "/key"),
            ({"code": "x", "key": "k", "expires_in": "P2D"}, "/expires_in"),
            ({"code": "x", "key": "k", "amount": 0}, "/amount"),
            (
                {"code": "x", "key": "k", "order": {"currency": "eur", "total": 1}},
                "/order/currency",
            ),
            ({"code": "x", "key": "k", "order": {"currency": "EUR"}}, "/order/lines"),
            ({"code": "x"}, "/key"),
        ],
    )
    def test_says_where_a_call_is_wrong(self, body, pointer):
        """W-36, S-4: 400 with a pointer; nothing is counted."""
        answer = a_shop(a_cafe()).post("/v1/vouchers/reserve", body, key="1")

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
        assert GuessGuard.objects.count() == 0

    def test_a_code_of_odd_signs_is_only_unknown(self):
        """W-36: control and bidi characters."""
        shop = a_shop(a_cafe())

        answer = shop.post("/v1/vouchers/validate", {"code": "\u202e7K3M\x07"})

        assert (answer.status_code, answer.json()["code"]) == (422, "voucher_not_redeemable")


class TestGiftCardDoors:
    def test_sells_a_card_and_tells_code_and_pin_again_for_the_same_key(self):
        """W-51, W-34: a replay opens the sealed copy; the idempotency record has no code."""
        shop = a_shop(a_cafe())
        body = {"value": {"amount": 5000, "currency": "EUR"}, "reference": "r-1"}

        sold, again = (shop.post("/v1/gift-cards", body, key="1") for _ in range(2))

        assert sold.status_code == 201
        assert (len(sold.json()["code"]), len(sold.json()["pin"])) == (20, 6)
        assert (again.json(), again.headers["Idempotent-Replayed"]) == (sold.json(), "true")
        card = shop.get(f"/v1/gift-cards/{sold.json()['id']}").json()
        assert (card["remaining"]["amount"], "code" in card) == (5000, False)

    def test_sells_once_per_reference(self):
        """W-51"""
        shop = a_shop(a_cafe())
        body = {"value": {"amount": 5000, "currency": "EUR"}, "reference": "r-1"}
        first = shop.post("/v1/gift-cards", body, key="1")

        again = shop.post("/v1/gift-cards", body, key="2")
        other = shop.post(
            "/v1/gift-cards", body | {"value": {"amount": 1, "currency": "EUR"}}, key="3"
        )

        assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
        assert (other.status_code, other.json()["code"]) == (409, "gift_card_reference_reused")
        assert GiftCard.objects.count() == 1

    def test_a_voucher_is_no_gift_card(self):
        """S-2"""
        cafe = a_cafe()
        voucher = issued(cafe)

        assert a_shop(cafe).get(f"/v1/gift-cards/{voucher.shown_id}").status_code == 404


def test_nothing_holds_a_code_in_clear(caplog):
    """W-34, S-31: not the tables (facts and idempotency records are among them), not the log."""
    cafe = a_cafe(PERCENT | {"prices": [{"currency": "stars", "points": 100}]})
    shop, now = a_shop(cafe), timezone.now()
    a_member(cafe, points=300)
    wish = {"member": "ext:ada", "reward": "ten-percent", "quantity": 2}
    with caplog.at_level(logging.DEBUG):
        voucher, card = issued(cafe, at=now), a_card(cafe, at=now)
        sold = shop.post(
            "/v1/gift-cards",
            {"value": {"amount": 1, "currency": "EUR"}, "reference": "r"},
            key="1",
        ).json()
        bought = [shop.post("/v1/redemptions", wish, key="5").json() for _again in (1, 2)]
        shop.post("/v1/vouchers/reserve", {"code": voucher.code, "key": "b"}, key="2")
        shop.post(
            "/v1/vouchers/redeem", {"code": voucher.code, "order_id": "o", "key": "b"}, key="3"
        )
        shop.post(
            "/v1/vouchers/redeem", {"code": card.code, "pin": card.pin, "order_id": "o-2"}, key="4"
        )
    codes = [
        each
        for code in (
            voucher.code,
            card.code,
            sold["code"],
            *(each["code"] for told in bought for each in told["vouchers"]),
        )
        for each in (code, code.replace("-", ""))
    ]

    dump = "\n".join(_rows())

    assert "voucher.redeemed" in dump
    assert len(set(codes)) == 2 * 5
    assert IdempotencyRecord.objects.count() == 5
    assert [code for code in codes if code in dump or code in caplog.text] == []


def _rows():
    """Every row of every table as text, bytes decoded as far as they can be."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                yield " ".join(
                    bytes(each).decode("latin-1")
                    if isinstance(each, bytes | memoryview)
                    else str(each)
                    for each in row
                )
