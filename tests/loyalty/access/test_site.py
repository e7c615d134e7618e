"""The staff's site: what each role meets there."""

import pytest

from tests.world.access import a_person, a_staff, signed_in
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
