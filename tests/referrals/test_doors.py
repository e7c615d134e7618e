"""Doors: links and robots, touches, codes, privacy, and refusals with their codes (R-6 to R-13, R-45, R-49)."""

import pytest

from referrals.attribution.models import Touch
from referrals.attribution.visitors import COOKIE, new_visitor, read_visitor, signed
from referrals.codes.issuing import set_suspended
from tests.world.access import a_page, a_shop
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    code_of,
    referral_of,
    told,
)

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def followed(shop, path, *, agent=FIREFOX, method="GET", **headers):
    return shop.client.generic(method, path, headers={"User-Agent": agent, **headers})


class TestLinks:
    def test_lead_to_the_storefront_with_a_signed_cookie(self):
        """R-8, R-10."""
        cafe = a_cafe()
        shop, code = a_shop(cafe), code_of(cafe)

        answer = followed(shop, f"/r/{code.text.lower()}?to=/coffee%3Fx%3D1")

        assert answer.status_code == 302
        assert answer["Location"] == f"https://shop.example/coffee?x=1&ref={code.text}"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        cookie = answer.cookies[COOKIE]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert cookie["max-age"] == 30 * 24 * 3600
        touch = Touch.objects.get()
        assert bytes(touch.visitor) == read_visitor(cookie.value)
        assert (touch.kind, touch.code_id) == ("click", code.pk)

    def test_keep_a_valid_cookie_and_count_a_day_once(self):
        """R-10, R-14: an altered one is replaced."""
        cafe = a_cafe()
        shop, code = a_shop(cafe), code_of(cafe)
        mine = signed(new_visitor())
        shop.client.cookies[COOKIE] = mine

        answers = [followed(shop, f"/r/{code.text}") for _click in range(3)]
        assert [COOKIE in answer.cookies for answer in answers] == [False] * 3
        assert Touch.objects.count() == 1
        shop.client.cookies[COOKIE] = mine[:10] + ("A" if mine[10] != "A" else "B") + mine[11:]
        assert COOKIE in followed(shop, f"/r/{code.text}").cookies

    def test_of_a_qr_code_say_so(self):
        """R-13."""
        cafe = a_cafe()
        followed(a_shop(cafe), f"/r/{code_of(cafe).text}?via=qr")

        assert Touch.objects.get().kind == "qr"

    @pytest.mark.parametrize(
        "how",
        [
            {"method": "HEAD"},
            {"agent": "WhatsApp/2.23"},
            {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
            {"agent": ""},
            {"Sec-Purpose": "prefetch;prerender"},
        ],
    )
    def test_robots_and_prefetch_leave_no_touch(self, how):
        """R-11."""
        cafe = a_cafe()
        code = code_of(cafe)

        answer = followed(a_shop(cafe), f"/r/{code.text}", **how)

        assert answer["Location"] == f"https://shop.example/welcome?ref={code.text}"
        assert COOKIE not in answer.cookies
        assert not Touch.objects.exists()

    def test_unknown_suspended_and_known_codes_answer_alike(self):
        """R-7, R-8, acceptance 13: nobody guesses codes by links."""
        cafe = a_cafe()
        shop, code = a_shop(cafe), code_of(cafe)
        a_member(cafe, "boris")
        suspended = code_of(cafe, "boris")
        set_suspended(
            program=cafe,
            advocates=[suspended.advocate_id],
            suspended=True,
            actor=KEY,
            at=at("11-02 10:00"),
        )

        seen = [self.seen(shop, each) for each in (code.text, suspended.text, "ZZZZZZZ5")]

        assert seen[0] == seen[1] == seen[2]
        assert Touch.objects.count() == 1

    def seen(self, shop, text):
        shop.client.cookies.clear()
        answer = followed(shop, f"/r/{text}")
        headers = {name: value for name, value in answer.items() if name != "Location"}
        return (
            answer.status_code,
            answer["Location"].replace(text, "CODE"),
            sorted(name for name in headers if name != "X-Request-Id"),
            bool(answer.cookies[COOKIE].value),
        )

    def test_without_consent_the_code_travels_in_the_address_alone(self):
        """R-10."""
        cafe = a_cafe(cookie_needs_consent=True)
        answer = followed(a_shop(cafe), f"/r/{code_of(cafe).text}")

        assert (answer.status_code, dict(answer.cookies)) == (302, {})
        assert not Touch.objects.exists()


class TestTouches:
    def test_are_told_by_pages_and_bring_a_friend(self):
        """R-10, R-17: the widget keeps the token, the storefront sends it at joining."""
        cafe = a_cafe()
        page, code = a_page(cafe, "referrals:touch"), code_of(cafe)

        answer = page.post(
            "/v1/referral-touches",
            {
                "code": code.text,
                "context": {"landing": "/", "source_site": "https://x.example/?q=Ada"},
            },
        )
        assert answer.status_code == 201
        touch = Touch.objects.get()
        assert (touch.source_site, touch.network is not None) == ("x.example", True)
        Touch.objects.update(occurred_at=at("11-05 10:00"))
        a_friend(cafe, code=answer.json()["visitor"])

        assert referral_of(cafe).via == "click"

    def test_of_unknown_codes_answer_alike(self):
        """R-8."""
        cafe = a_cafe()
        page = a_page(cafe)
        known = page.post("/v1/referral-touches", {"code": code_of(cafe).text})
        unknown = page.post("/v1/referral-touches", {"code": "ZZZZZZZ5"})

        assert {name: type(value) for name, value in known.json().items()} == {
            name: type(value) for name, value in unknown.json().items()
        }
        assert (known.status_code, Touch.objects.count()) == (unknown.status_code, 1)

    def test_hold_nothing_that_can_be_read(self):
        """R-14, R-51: neither address nor browser, in any column."""
        cafe = a_cafe()
        friend = a_friend(cafe)
        told(cafe, friend, code_of(cafe).text, network="192.0.2.77", agent="Canary/1.0")

        row = Touch.objects.values().get()
        assert b"192.0.2.77" not in repr(row).encode()
        assert "Canary" not in repr(row)
