"""What people type on any keyboard is read as what they mean."""

import pytest

from loyalty.foundation.ids import ALPHABET
from loyalty.programs.texts import as_typed
from loyalty.rewards.codes.spelling import read_code
from portal.words.reading import folded
from referrals.codes.checking import canonical


@pytest.mark.parametrize(
    "typed",
    ["123456", "۱۲۳۴۵۶", "١٢٣٤٥٦", "１２３４５６", "\N{RIGHT-TO-LEFT MARK}123456\N{NO-BREAK SPACE}",
     "۱۲۳\N{ZERO WIDTH NON-JOINER}۴۵۶", "\N{FIRST STRONG ISOLATE}123456\N{POP DIRECTIONAL ISOLATE}", " 123456\n"],
)  # fmt: skip
def test_digits_of_every_script_are_the_same(typed):
    """U-65: Persian, Arabic and wide ones, with what a copy from a page drags along."""
    assert as_typed(typed) == "123456"


@pytest.mark.parametrize(
    "typed",
    ["7K3M-9QX2", "7k3m 9qx2", "۷K۳M-۹QX۲", "٧k٣m\N{NO-BREAK SPACE}٩qx٢", "７Ｋ３Ｍ９ＱＸ２"],
)
def test_codes_are_read_in_any_digits(typed):
    """U-65: vouchers and invitations."""
    assert read_code(typed) == canonical(typed) == "7K3M9QX2"


def test_letters_that_two_keyboards_write_are_the_same():
    """U-65: ي and ی, ك and ک, with or without a joiner."""
    assert folded("يك\N{ZERO WIDTH NON-JOINER}كتاب") == folded("یککتاب")


def test_tokens_of_the_till_lose_nothing():
    """G-70, U-65: what is read of a token is what was written."""
    assert as_typed(ALPHABET) == ALPHABET
