"""Pools: foreign codes keep their spelling, come in once, and go out once (W-46)."""

from datetime import timedelta

import pytest

from loyalty.foundation.refusals import DomainError
from loyalty.foundation.units import run
from loyalty.rewards.codes.pooling import PoolRow, Wanted, add_codes, is_pool_code, take_codes
from loyalty.rewards.ending.forgetting import end_pool_codes
from loyalty.rewards.models import PoolCode, Reward, RewardStock, Voucher
from tests.world import rewards as rewarding
from tests.world.vouchers import (
    ISSUED_AT,
    PARTNER,
    a_cafe,
    facts_of,
    issued,
    redeemed,
    refused_by_database,
    validated,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def added(cafe, *codes, slug="cinema", **more):
    reward = Reward.objects.get(program=cafe, slug=slug)
    rows = [PoolRow(code=code, **more) for code in codes]
    return run(lambda: add_codes(program=cafe, reward_id=reward.pk, rows=rows, at=ISSUED_AT))


def taken(cafe, count, *, at=ISSUED_AT):
    reward = Reward.objects.get(program=cafe, slug="cinema")
    wanted = [Wanted(reward_id=reward.pk)] * count
    return run(lambda: take_codes(program=cafe, wanted=wanted, at=at))


def stock():
    row = RewardStock.objects.get()
    return row.total, row.left


class TestAdding:
    def test_passes_doubles_over(self):
        """W-46, E-87: in the list, in the pool, and in any other pool of the programme."""
        cafe = a_cafe(PARTNER, PARTNER | {"slug": "zoo"})

        assert added(cafe, "AB-1", "ab-1", "AB-1") == [True, True, False]
        assert added(cafe, "AB-1", "AB-2") == [False, True]
        assert added(cafe, "AB-2", slug="zoo") == [False]
        assert stock() == (3, 3)

    @pytest.mark.parametrize(
        ("text", "is_code"),
        [
            ("x", True),
            ("ü/ 1", True),
            ("x" * 128, True),
            ("", False),
            ("x" * 129, False),
            ("a\nb", False),
            (" a", False),
        ],
    )
    def test_takes_what_can_be_printed(self, text, is_code):
        """W-46: 1 to 128 printable characters."""
        assert is_pool_code(text) == is_code

    def test_keeps_no_code_in_clear(self):
        """W-34"""
        added(a_cafe(PARTNER), "CINEMA-0001-AB")
        row = PoolCode.objects.get()

        assert row.last_four == "1-AB"
        assert b"CINEMA" not in bytes(row.digest) + bytes(row.sealed)


class TestTaking:
    def test_takes_the_lowest_free_ones_and_each_once(self):
        """W-46"""
        cafe = a_cafe(PARTNER)
        added(cafe, "one", "two", "three")

        first, second = taken(cafe, 2), taken(cafe, 2)

        assert [each and each.code for each in first] == ["one", "two"]
        assert [each and each.code for each in second] == ["three", None]
        assert PoolCode.objects.filter(sealed__isnull=False).count() == 0

    def test_passes_over_what_has_ended(self):
        """W-46"""
        cafe = a_cafe(PARTNER)
        added(cafe, "old", ends_at=ISSUED_AT + DAY)
        added(cafe, "young")

        (code,) = taken(cafe, 1, at=ISSUED_AT + DAY)

        assert code.code == "young"

    def test_a_voucher_carries_it_as_it_is_and_works(self):
        """W-46, W-47"""
        cafe = a_cafe(PARTNER)
        added(cafe, "Kino 7/ä")
        (code,) = taken(cafe, 1)
        voucher = issued(cafe, "cinema", pool_code=code)

        assert (voucher.code, voucher.is_foreign) == ("Kino 7/ä", True)
        assert validated(cafe, "Kino 7/ä")["status"] == "issued"
        assert redeemed(cafe, "Kino 7/ä")["status"] == "redeemed"
        assert Voucher.objects.get().pk == PoolCode.objects.get().voucher_id

    def test_goes_with_the_earlier_of_both_ends(self):
        """W-40, W-46"""
        cafe = a_cafe(PARTNER)
        added(cafe, "soon", ends_at=ISSUED_AT + DAY)
        (code,) = taken(cafe, 1)

        assert issued(cafe, "cinema", pool_code=code).ends_at == ISSUED_AT + DAY


class TestRunningLow:
    @pytest.mark.parametrize(
        "how", [{"codes": "pool", "kind": "custom", "terms": {}}, {"stock": 6}]
    )
    def test_is_told_once_as_the_stock_gets_there(self, how):
        """W-46: of pools and of other stock; neither before nor again."""
        cafe = rewarding.a_cafe(rewarding.a_reward("cinema", low_at=3, **how))
        if "codes" in how:
            added(cafe, *"abcdef")
        ada = rewarding.a_guest(cafe)

        lows = []
        for quantity in (2, 2, 1):
            rewarding.got(ada, "cinema", quantity=quantity)
            lows.append([fact.body["left"] for fact in facts_of(cafe, "pool.low")])

        assert lows == [[], [2], [2]]

    def test_is_not_told_by_what_was_refused(self):
        """W-20: a refusal changes nothing."""
        cafe = rewarding.a_cafe(rewarding.a_reward(stock=4, low_at=3))
        ada = rewarding.a_guest(cafe, 100)

        with pytest.raises(DomainError):
            rewarding.got(ada, quantity=2)

        assert facts_of(cafe, "pool.low") == []


class TestEnding:
    def test_takes_ended_codes_out_of_the_stock(self):
        """W-46"""
        cafe = a_cafe(PARTNER)
        added(cafe, "old", "older", ends_at=ISSUED_AT + DAY)
        added(cafe, "young")

        ended = run(lambda: end_pool_codes(program=cafe, at=ISSUED_AT + DAY))

        assert (ended, stock()) == (2, (1, 1))
        assert run(lambda: end_pool_codes(program=cafe, at=ISSUED_AT + DAY)) == 0


class TestTheDatabase:
    def test_refuses_alone(self):
        """W-46: a code's voucher is set once; a code is known once; half a hand-over is none."""
        cafe = a_cafe(PARTNER)
        added(cafe, "one", "two")
        taken(cafe, 1)
        change = "UPDATE loyalty_poolcode SET {change} WHERE {which}"
        out, waiting = "voucher_id IS NOT NULL", "voucher_id IS NULL"

        refusals = [
            refused_by_database(change.format(change="voucher_id = gen_random_uuid()", which=out)),
            refused_by_database(
                change.format(change="voucher_id = NULL, taken_at = NULL", which=out)
            ),
            refused_by_database(change.format(change="taken_at = now()", which=waiting)),
            refused_by_database(change.format(change="value = 0", which=waiting)),
            refused_by_database(
                change.format(
                    change=f"digest = (SELECT digest FROM loyalty_poolcode WHERE {out})",
                    which=waiting,
                )
            ),
        ]

        assert refusals == [
            "pool_code_goes_out_once",
            "pool_code_goes_out_once",
            "pool_code_is_taken_by_a_voucher",
            "pool_code_value_is_positive",
            "pool_code_is_known_once",
        ]
