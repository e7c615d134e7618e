"""Somebody writes NUL into addresses and asks for what we do not speak."""

import pytest

from tests.world.access import a_shop
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

PROBLEM = "application/problem+json"


@pytest.fixture
def shop():
    return a_shop(a_program())


@pytest.mark.parametrize("path", ["/v1/members/ext:%00", "/v1/members/ext:a%00/entries"])
def test_an_id_with_nul_is_nobodys(shop, path):
    """S-5."""
    answer = shop.get(path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/members?external_id=%00",
        "/v1/members?card=a%00",
        "/v1/events?type=%00",
        "/v1/events?member=ext:%00",
    ],
)
def test_a_question_with_nul_is_refused_with_its_pointer(shop, path):
    """S-5."""
    answer = shop.get(path)

    name = path.partition("?")[2].partition("=")[0]
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"?{name}", "nul_in_text")


def test_who_accepts_no_json_is_told_so_in_json(shop):
    """S-63."""
    answer = shop.get("/v1/members", headers={"Accept": "application/xml"})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["code"] == "malformed"


def test_who_names_nothing_to_accept_takes_what_there_is(shop):
    """S-63: an empty header is a missing one."""
    assert shop.get("/v1/members", headers={"Accept": ""}).status_code == 200


def test_a_total_is_asked_for_or_not(shop):
    """S-5."""
    answer = shop.get("/v1/members?with_total=yes")

    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("?with_total", "not_a_choice")


@pytest.mark.parametrize("days", ["from=0001-01-01", "to=9999-12-31"])
def test_days_at_the_ends_of_the_calendar_are_refused(shop, days):
    """S-5."""
    answer = shop.get(f"/v1/reports/movements?{days}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "date_invalid"
