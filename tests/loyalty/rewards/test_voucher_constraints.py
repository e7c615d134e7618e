"""Constraints of uses, gift cards, pools and batches, each shown to refuse alone."""

import pytest

from loyalty.rewards.models import AutomaticRun, GiftCard, GuessHour, VoucherUse
from tests.world import rewards as rewarding
from tests.world.programs import a_program
from tests.world.vouchers import ISSUED_AT, a_cafe, a_card, redeemed, refused_by_database, reserved

pytestmark = pytest.mark.django_db


class TestUses:
    def test_serve_an_order_once_and_give_back_what_was_drawn(self):
        """W-37, W-61"""
        card = a_card(cafe := a_cafe())
        redeemed(cafe, card, "order-1", amount=1000)
        use = VoucherUse.objects.get()
        again = (
            "INSERT INTO loyalty_voucheruse (id, program_id, voucher_id, order_key, used_at, given_back) SELECT"
            " gen_random_uuid(), program_id, voucher_id, {key}, now(), 0 FROM loyalty_voucheruse WHERE id = %s"
        )

        refusals = [
            refused_by_database(again.format(key="order_key"), use.pk),
            refused_by_database(again.format(key="''"), use.pk),
            refused_by_database(
                "UPDATE loyalty_voucheruse SET given_back = 1001 WHERE id = %s", use.pk
            ),
            refused_by_database(
                "UPDATE loyalty_voucheruse SET entry_id = NULL WHERE id = %s", use.pk
            ),
        ]

        assert refusals == [
            "voucher_serves_an_order_once",
            "use_names_an_order",
            "use_gives_back_what_was_drawn",
            "use_gives_back_what_was_drawn",
        ]


class TestCards:
    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("value = 0", "gift_card_has_a_value"),
            ("currency = 'eur'", "gift_card_currency_is_iso_4217"),
            ("paid_with = 'hope'", "gift_card_was_paid_somehow"),
        ],
    )
    def test_have_a_value_in_one_money(self, change, constraint):
        """W-50, W-51"""
        card = a_card(a_program())

        assert (
            refused_by_database(
                f"UPDATE loyalty_giftcard SET {change} WHERE voucher_id = %s", card.id
            )
            == constraint
        )

    def test_are_sold_once_per_reference(self):
        """W-51"""
        cafe = a_program()
        a_card(cafe, reference="r-1")
        other = a_card(cafe)
        key = GiftCard.objects.get(reference__isnull=False).reference

        assert (
            refused_by_database(
                "UPDATE loyalty_giftcard SET reference = %s WHERE voucher_id = %s", key, other.id
            )
            == "gift_card_is_sold_once_per_reference"
        )

    def test_are_held_once_per_basket(self):
        """W-52"""
        card = a_card(cafe := a_program())
        reserved(cafe, card, "k1", amount=1000)
        again = (
            "INSERT INTO loyalty_cardhold (id, voucher_id, key, hold_id, amount, until) SELECT gen_random_uuid(),"
            " voucher_id, {key}, {hold}, {amount}, until FROM loyalty_cardhold WHERE voucher_id = %s"
        )
        fresh = "gen_random_uuid()"

        refusals = [
            refused_by_database(again.format(key="key", hold=fresh, amount=1), card.id),
            refused_by_database(again.format(key="'x'", hold="hold_id", amount=1), card.id),
            refused_by_database(again.format(key="'x'", hold=fresh, amount=0), card.id),
        ]

        assert refusals == [
            "card_is_held_once_per_basket",
            "card_hold_is_of_one_basket",
            "card_hold_sets_money_aside",
        ]


def test_an_hour_of_guesses_is_one_row():
    """S-33"""
    cafe = a_cafe()
    hour = GuessHour.objects.create(program=cafe, hour=ISSUED_AT, bad=1)
    again = (
        "INSERT INTO loyalty_guesshour (id, program_id, hour, bad) SELECT gen_random_uuid(), program_id, hour, 1"
        " FROM loyalty_guesshour WHERE id = %s"
    )

    assert refused_by_database(again, hour.pk) == "guess_hour_is_counted_in_one_row"


def test_a_nights_report_is_one_row_that_tells_something():
    """W-70"""
    cafe = rewarding.a_cafe()
    told = {"program": cafe, "reward": rewarding.reward_of(cafe), "at": ISSUED_AT}
    run = AutomaticRun.objects.create(day=ISSUED_AT.date(), redeemed=1, left_out={}, **told)
    again = (
        "INSERT INTO loyalty_automaticrun (id, program_id, reward_id, day, redeemed, left_out, at)"
        " SELECT gen_random_uuid(), program_id, reward_id, day, 1, '{}', at FROM loyalty_automaticrun WHERE id = %s"
    )
    nothing = "UPDATE loyalty_automaticrun SET redeemed = 0 WHERE id = %s"

    assert refused_by_database(again, run.pk) == "automatic_run_is_one_a_night"
    assert refused_by_database(nothing, run.pk) == "automatic_run_tells_something"
