"""The staff's site: what each role meets there."""

from datetime import UTC, datetime

import pytest

from loyalty.foundation.actors import job
from loyalty.members.models import Member
from loyalty.programs.clock import now_of
from loyalty.programs.models import Program
from loyalty.programs.opening import Opening, open_program
from tests.world.access import a_person, a_shop, a_staff, signed_in
from tests.world.ledger import moving, posted
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


class TestHome:
    def test_greets_an_owner_with_the_programme_and_its_sections(self):
        browser = a_staff(a_program(), "owner")

        answer = browser.get("/admin/")

        assert answer.status_code == 200
        assert "Corner Café" in answer.content.decode()

    def test_shows_nothing_to_somebody_without_a_role(self):
        a_program()
        browser = signed_in(a_person())

        answer = browser.get("/admin/")

        assert "Corner Café" not in answer.content.decode()


def test_a_stranger_is_sent_to_the_sign_in(client):
    a_program()

    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert answer.status_code == 200


class TestFigures:
    def test_count_the_day_of_the_programme(self):
        """U-10, U-11: today is the programme's day, in its zone and by its clock."""
        cafe = a_program()
        browser = a_staff(cafe)
        ada = a_shop(cafe).post("/v1/members", {"external_id": "ada"}).json()["id"]
        entry_at = now_of(cafe)
        posted(moving(70, of=Member.objects.get()), at=entry_at)

        shown = {
            told["figure"].slug: told["value"] for told in browser.get("/admin/").context["figures"]
        }

        assert ada.startswith("mem_")
        assert shown == {
            "members-new": 1,
            "events-today": 0,
            "events-waiting": 0,
            "points-given": 70,
            "points-used": 0,
            "points-open": 70,
            "rewards-waiting": 0,
            "rule-faults-today": 0,
            "referral-reviews": 0,
        }

    @pytest.mark.parametrize(
        ("role", "expected"),
        [
            ("till", ["rewards-waiting"]),
            ("analyst", ["rule-faults-today"]),
            (
                "support",
                [
                    "members-new",
                    "events-today",
                    "events-waiting",
                    "points-given",
                    "points-used",
                    "rewards-waiting",
                    "points-open",
                ],
            ),
        ],
    )
    def test_are_shown_to_whoever_may_see_what_is_behind(self, role, expected):
        """S-21."""
        browser = a_staff(a_program(), role)

        shown = [told["figure"].slug for told in browser.get("/admin/").context["figures"]]

        assert shown == expected


class TestSearch:
    def test_opens_the_only_member_found(self):
        """U-41: by the shop's id, from any page, in one step."""
        cafe = a_program()
        member = a_member(cafe, "ada", email="ada@example.org")
        browser = a_staff(cafe, "support")

        for asked in ("ada", member.shown_id, "ada@example.org"):
            answer = browser.get("/admin/search/", {"q": asked})
            assert answer["Location"] == f"/admin/loyalty/member/{member.pk}/change/"

    def test_finds_nobody_of_another_programme(self):
        """S-2."""
        a_member(a_program("other-cafe"), "ada", email="ada@example.org")
        browser = a_staff(a_program(), "support")

        answer = browser.get("/admin/search/", {"q": "ada@example.org"})

        assert (answer.status_code, answer.context["found"]) == (200, [])

    def test_finds_nothing_for_roles_without_it(self):
        """S-21."""
        cafe = a_program()
        a_member(cafe, "ada")
        browser = a_staff(cafe, "marketer")

        assert browser.get("/admin/search/", {"q": "ada"}).context["found"] == []

    @pytest.mark.parametrize(
        "asked", ["", " ", "x" * 5000, "\x00", "%", "'", "\ud800".encode("utf-8", "surrogatepass")]
    )
    def test_survives_whatever_is_typed(self, asked):
        browser = a_staff(a_program(), "support")

        assert browser.get("/admin/search/", {"q": asked}).status_code == 200


class TestLanguages:
    @pytest.mark.parametrize(
        ("language", "direction"), [("en", "ltr"), ("ar", "rtl"), ("fa", "rtl"), ("uk", "ltr")]
    )
    def test_are_changed_in_the_header_and_turn_the_page(self, language, direction):
        """U-42."""
        browser = a_staff(a_program())

        browser.post("/admin/language/", {"language": language, "next": "/admin/"})

        assert (
            f'<html lang="{language}" dir="{direction}">' in browser.get("/admin/").content.decode()
        )


def test_a_test_programme_wears_a_band_with_its_clock():
    """U-12."""
    opening = Opening(
        slug="trial", name="Trial", zone="Europe/Kyiv", currency="EUR", is_test=True, preset="blank"
    )
    trial, _new = open_program(opening=opening, actor=job("tests"), at=now_of(a_program()))
    Program.objects.filter(pk=trial.pk).update(test_now=datetime(2027, 3, 1, 10, tzinfo=UTC))

    page = a_staff(trial).get("/admin/").content.decode()

    assert 'class="test-band"' in page
    assert "2027-03-01 12:00" in page


def test_a_live_programme_wears_none():
    """U-12."""
    assert 'class="test-band"' not in a_staff(a_program()).get("/admin/").content.decode()
