"""Codes: how they are spelled, and how they rest (W-32 to W-34, S-30)."""

import pytest

from loyalty.rewards.codes.keeping import digest_of, last_four
from loyalty.rewards.codes.spelling import (
    ALPHABET,
    check_symbol,
    draw_code,
    draw_pin,
    is_spelled_right,
    read_code,
    show_code,
)


class TestSpelling:
    @pytest.mark.parametrize(
        ("body", "check"), [("7K3M9QX2WB4F", "K"), ("0123456789AB", "V"), ("ZZZZZZZZZZZZ", "R")]
    )
    def test_closes_a_code_with_its_check_symbol(self, body, check):
        """W-G8, W-33"""
        assert check_symbol(body) == check
        assert is_spelled_right(body + check)

    def test_shows_groups_of_four_and_reads_them_however_written(self):
        """W-G8, W-32"""
        assert show_code("7K3M9QX2WB4FK") == "7K3M-9QX2-WB4FK"
        for written in (
            "7K3M-9QX2-WB4FK",
            "7k3m 9qx2–wb4fk",
            " 7K3M9QX2WB4FK ",
            "７Ｋ３Ｍ-9QX2-WB4FK",
        ):
            assert read_code(written) == "7K3M9QX2WB4FK"

    def test_forgives_letters_that_look_like_digits(self):
        """S-30"""
        assert read_code("oil-OIL") == "011011"

    def test_finds_every_single_wrong_symbol_and_every_swapped_pair(self):
        """W-33"""
        good = "7K3M9QX2WB4FK"

        for place in range(len(good)):
            for symbol in ALPHABET:
                wrong = good[:place] + symbol + good[place + 1 :]
                assert is_spelled_right(wrong) == (wrong == good)
        for place in range(len(good) - 1):
            swapped = good[:place] + good[place + 1] + good[place] + good[place + 2 :]
            assert is_spelled_right(swapped) == (swapped == good)

    @pytest.mark.parametrize("told", ["", "7K3M", "7K3M9QX2WB4F", "ÄÖÜ3M9QX2WB4F", "\u202e7K3M"])
    def test_knows_what_is_none_of_ours(self, told):
        """W-33"""
        assert not is_spelled_right(read_code(told))

    def test_draws_codes_that_differ_and_fold_to_nothing(self):
        """S-30: 10,000 codes: alphabet, check symbol, no double, and every symbol in every place about as often."""
        codes = [draw_code(12) for _ in range(10_000)]

        assert len(set(codes)) == 10_000
        assert all(is_spelled_right(code) and set(code) <= set(ALPHABET) for code in codes)
        # 10,000 ÷ 32 = 312.5 on average, deviation 17.4: ten deviations are out of reach of chance.
        for place in range(12):
            seen = [sum(code[place] == symbol for code in codes) for symbol in ALPHABET]
            assert min(seen) > 138
            assert max(seen) < 487

    @pytest.mark.parametrize(("symbols", "length"), [(8, 9), (12, 13), (16, 17)])
    def test_has_three_lengths(self, symbols, length):
        """W-32"""
        code = draw_code(symbols)

        assert len(code) == length
        assert is_spelled_right(code)

    def test_draws_a_pin_of_six_digits(self):
        """S-30"""
        assert all(len(pin) == 6 and pin.isdigit() for pin in (draw_pin() for _ in range(100)))


class TestKeeping:
    def test_keeps_a_keyed_digest(self):
        """W-G9"""
        told = digest_of("7K3M9QX2WB4FK", program="prg_1", pepper=bytes(range(32)))

        assert told.hex() == "f65998e504acfa82c85e4c3a8837b9ca879c738a93e5e9b334019f0f29453528"

    def test_shows_nothing_of_a_code_so_short_that_it_would_tell_it(self):
        """S-31"""
        assert [last_four("PARTNER-77"), last_four("AB12")] == ["R-77", ""]
