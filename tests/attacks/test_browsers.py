"""Somebody uses a browser against us: other origins, credentials in addresses, missing headers."""

import pytest
from django.test import Client

from tests.world.access import a_page, a_shop, a_staff
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://evil.example"
HERE = "https://shop.example"


class TestOrigins:
    def preflight(self, origin):
        return Client().options(
            "/v1/members",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        )

    def test_a_listed_origin_may_ask(self):
        """S-10: exactly this origin."""
        a_page(a_program(), origin=HERE)

        answer = self.preflight(HERE)

        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Origin"] == HERE
        assert answer["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer

    @pytest.mark.parametrize(
        "origin",
        [ELSEWHERE, "null", "*", HERE + ".evil.example", "http://shop.example", HERE + ":8443"],
    )
    def test_no_other_origin_may(self, origin):
        """S-10."""
        a_page(a_program(), origin=HERE)

        assert "Access-Control-Allow-Origin" not in self.preflight(origin)

    def test_an_answer_is_readable_on_the_keys_own_pages_only(self):
        """S-10."""
        page = a_page(a_program(), "tiers:read", origin=HERE)

        here = page.get("/v1/members")
        page.origin = ELSEWHERE
        elsewhere = page.get("/v1/members")

        assert here["Access-Control-Allow-Origin"] == HERE
        assert "Access-Control-Allow-Origin" not in elsewhere

    def test_a_secret_key_has_no_business_on_a_page(self):
        """S-10: even where the origin is listed."""
        cafe = a_program()
        a_page(cafe, origin=HERE)
        shop = a_shop(cafe)
        shop.origin = HERE

        assert "Access-Control-Allow-Origin" not in shop.get("/v1/members")


class TestACredentialInTheAddress:
    @pytest.mark.parametrize("name", ["access_token", "api_key", "apikey", "Authorization", "q"])
    def test_is_refused(self, name):
        """S-10: even beside a good header."""
        shop = a_shop(a_program())

        answer = shop.get(f"/v1/members?{name}={shop.credential}")

        assert (answer.status_code, answer.json()["code"]) == (400, "credential_in_url")

    def test_is_refused_for_tokens_too(self):
        """S-10."""
        answer = a_shop(a_program()).get("/v1/members?q=eyJhbGciOiJIUzI1NiJ9.e30.x")

        assert answer.json()["code"] == "credential_in_url"

    def test_is_not_logged(self, caplog):
        """S-10, S-61."""
        shop = a_shop(a_program())

        shop.get(f"/v1/members?access_token={shop.credential}")

        assert shop.credential not in caplog.text


CLOSED = "default-src 'none'; frame-ancestors 'none'"
PAGES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
CLASSES_OF_ANSWERS = {
    "API": "/v1/members",
    "API, no such address": "/v1/nowhere",
    "probe": "/livez",
    "admin": "/admin/login/",
    "no such page": "/nowhere",
}


class TestHeaders:
    @pytest.mark.parametrize("path", CLASSES_OF_ANSWERS.values(), ids=CLASSES_OF_ANSWERS)
    def test_stand_on_every_class_of_answer(self, path):
        """S-45."""
        answer = Client().get(path)

        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Frame-Options"] == "DENY"
        assert "geolocation=()" in answer["Permissions-Policy"]
        assert answer["X-Request-Id"]

    @pytest.mark.parametrize(
        ("path", "policy"),
        [
            ("/v1/members", CLOSED),
            ("/livez", CLOSED),
            ("/docs/errors", CLOSED),
            ("/admin/login/", PAGES),
            ("/docs/api", f"{PAGES}; worker-src 'self' blob:"),
        ],
    )
    def test_tell_the_browser_what_a_surface_may_load(self, path, policy):
        """S-44."""
        assert Client().get(path)["Content-Security-Policy"] == policy

    def test_keep_answers_of_the_api_out_of_every_cache(self):
        """S-45."""
        assert Client().get("/v1/members")["Cache-Control"] == "no-store"

    def test_keep_pages_free_of_inline_script_and_style(self):
        """S-44: the policy would block them, so they would not work either."""
        browser = a_staff(a_program())
        for page in ("/admin/", "/admin/loyalty/apikey/", "/admin/loyalty/apikey/make/"):
            text = browser.get(page).content.decode()
            assert "<style" not in text
            assert " style=" not in text
            assert "<script>" not in text
            assert " onclick=" not in text


class TestMishaps:
    def test_a_problem_leads_to_what_it_means(self):
        """S-63: without a key, in the reader's language, nothing inline."""
        answer = Client().get("/docs/errors", headers={"Accept-Language": "uk"})

        page = answer.content.decode()
        assert answer.status_code == 200
        assert '<html lang="uk"' in page
        for code in ("not_found", "insufficient_points", "hold_not_held", "internal_error"):
            assert page.count(f'id="{code}"') == 1
        assert "<script" not in page
        assert "style" not in page

    def test_an_unknown_address_of_the_api_is_a_problem(self):
        """S-63."""
        answer = Client().get("/v1/nowhere")

        told = answer.json()
        assert (answer.status_code, told["status"], told["code"]) == (404, 404, "not_found")
        assert answer["Content-Type"] == "application/problem+json"
        assert told["request_id"] == answer["X-Request-Id"]

    @pytest.mark.parametrize("path", ["/v1/members", "/admin/"])
    def test_an_unknown_host_learns_nothing(self, path):
        """S-63."""
        answer = Client().get(path, headers={"Host": "evil.example"})

        assert answer.status_code == 400
        assert b"evil.example" not in answer.content
        assert b"django" not in answer.content.lower()

    def test_a_broken_view_shows_no_stack_and_names_the_request(self, monkeypatch):
        """S-63: the request id finds the log line."""
        from loyalty.members import api

        def broken(**_told):
            raise ZeroDivisionError("select secret from somewhere")

        monkeypatch.setattr(api, "members_by", broken)
        shop = a_shop(a_program())
        shop.client.raise_request_exception = False

        answer = shop.client.get(
            "/v1/members",
            headers={"Authorization": f"Bearer {shop.credential}", "X-Request-Id": "try-12345"},
        )

        assert answer.status_code == 500
        assert answer.json() == {
            "type": "/docs/errors#internal_error",
            "title": "Something broke",
            "status": 500,
            "detail": "This is our mistake. Nothing half done was kept; the request id finds it.",
            "code": "internal_error",
            "request_id": "try-12345",
        }
