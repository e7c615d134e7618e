"""Play in the admin: definitions from draft to retirement, and a member's play page."""

import json

import pytest

from gamification.criteria.models import Definition, DefinitionVersion
from tests.world.access import a_staff
from tests.world.clocked import a_test_cafe, bought, it_is
from tests.world.play import coffees, member_of
from tests.world.programs import a_program
from tests.world.stamps import a_card
from tests.world.streaks import a_streak

pytestmark = pytest.mark.django_db

PLAY = "/admin/gamification/definition/"
WEEKLY = {
    "slug": "weekly",
    "name": {"en": "Weekly"},
    "period": "week",
    "condition": {"measure": {"kind": "deeds.count", "of": "order.paid"}},
}


def written(browser, definition, *, at=f"{PLAY}add/?game=streak&text=1"):
    body = {"definition": json.dumps(definition), "grant_existing": "silent"}
    return browser.post(at, body)


class TestWriting:
    def test_leads_from_a_draft_over_its_preview_into_force(self):
        """G-21, G-23."""
        cafe = a_test_cafe()
        bought(cafe, "o-1", when="11-02 10:00")
        browser = a_staff(cafe, "marketer")

        draft = written(browser, WEEKLY)
        preview = browser.get(draft["Location"])
        published = browser.post(draft["Location"])

        definition = Definition.objects.get(slug="weekly")
        version = DefinitionVersion.objects.get(definition=definition)
        assert (draft.status_code, preview.status_code, published.status_code) == (302, 200, 302)
        assert version.report["members"] == 1
        assert (definition.state, definition.live_number) == ("live", 1)

    def test_shows_what_is_wrong_and_keeps_nothing(self):
        """G-22: the shape, and what the game refuses."""
        browser = a_staff(a_test_cafe(), "owner")

        shape = written(browser, WEEKLY | {"period": "fortnight"})
        measure = {"measure": {"kind": "deeds.guess", "of": "order.paid"}}
        refused = written(browser, WEEKLY | {"condition": measure})

        assert "/period" in shape.content.decode()
        assert "deeds.guess" in refused.content.decode()
        assert not Definition.objects.exists()

    def test_goes_on_from_the_newest_version(self):
        """G-22."""
        cafe, daily = a_streak()
        browser = a_staff(cafe, "owner")
        page = browser.get(f"{PLAY}{daily.definition_id}/draft/?text=1")

        answer = written(
            browser,
            page.context["form"].initial["definition"] | {"grace": "PT6H"},
            at=f"{PLAY}{daily.definition_id}/draft/?text=1",
        )

        numbers = DefinitionVersion.objects.order_by("number").values_list("number", "published_at")
        assert answer.status_code == 302
        assert [number for number, _at in numbers] == [1, 2]
        assert numbers[1][1] is None

    def test_is_closed_to_support(self):
        """S-21."""
        cafe, daily = a_streak()
        browser = a_staff(cafe, "support")

        assert browser.get(f"{PLAY}{daily.definition_id}/draft/").status_code == 403
        assert written(browser, WEEKLY).status_code == 403
        assert browser.get(f"{PLAY}{daily.definition_id}/change/").status_code == 200


class TestMoving:
    def test_pauses_resumes_and_retires(self):
        """G-21, G-28."""
        cafe, daily = a_streak()
        browser = a_staff(cafe, "manager")
        states = []

        for action in ("pause", "resume", "retire"):
            chosen = {"action": action, "_selected_action": [str(daily.definition_id)]}
            browser.post(PLAY, chosen)
            states.append(Definition.objects.get().state)

        assert states == ["paused", "live", "retired"]


def test_a_members_page_shows_every_game():
    """What Ada has of a streak and a card, on one page."""
    cafe, _card = a_card(endowed=2)
    a_streak(cafe=cafe)
    bought(cafe, "o-1", when="11-02 10:00", lines=coffees(3))
    it_is(cafe, "11-02 11:00")
    browser = a_staff(cafe, "support")

    page = browser.get(f"{PLAY}member/{member_of(cafe).pk}/")

    blocks = {str(block.title): block.rows for block in page.context["blocks"]}
    assert page.status_code == 200
    assert blocks["Stamp cards"] == [
        ("Drinks", 1, '<bdi dir="ltr" class="nowrap">5 / 10</bdi>', 5, 1)
    ]
    assert blocks["Streaks"][0][:4] == ("Daily", 1, 1, '<bdi dir="ltr" class="nowrap">1 / 2</bdi>')


def test_another_programmes_member_is_not_there():
    """S-2."""
    cafe, _daily = a_streak()
    ada = member_of(cafe)
    other = a_staff(a_program("another-cafe"), "owner")

    assert other.get(f"{PLAY}member/{ada.pk}/").status_code == 404
