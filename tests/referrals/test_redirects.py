"""R-X10: where links lead, and never anywhere else (R-9)."""

import pytest

from referrals.codes.redirecting import origin_of, target_of
from referrals.guard.kinds import Signal

S = Signal
ALL = dict.fromkeys(Signal, 0)


class TestRedirects:
    """R-X10, R-9."""

    ORIGIN = "https://shop.example"

    def led(self, to):
        return target_of(to=to, origin=self.ORIGIN, landing="/welcome", code=None)

    @pytest.mark.parametrize(
        ("to", "address"),
        [("/coffee?x=1", "/coffee?x=1"), ("/ok/../a", "/a"), ("/", "/")],
    )
    def test_follow_a_path(self, to, address):
        assert self.led(to) == f"{self.ORIGIN}{address}"

    @pytest.mark.parametrize(
        "to",
        [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/%2F%2Fevil.example",
            "/%5Cevil.example",
            "javascript:alert(1)",
            " /coffee",
            "/cof\nfee",
            "/coffee\r\nSet-Cookie:x",
            "",
            "coffee",
            "/\tevil.example",
        ],
    )
    def test_lead_anything_else_to_the_landing_page(self, to):
        assert self.led(to) == f"{self.ORIGIN}/welcome"

    def test_carry_the_code(self):
        """R-10."""
        told = target_of(to="/coffee?x=1#top", origin=self.ORIGIN, landing="/", code="K7M2QX4W")

        assert told == f"{self.ORIGIN}/coffee?x=1&ref=K7M2QX4W#top"
        assert origin_of(told) == self.ORIGIN
