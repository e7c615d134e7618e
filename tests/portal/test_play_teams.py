"""Playing in a team: founded without a code, joined with one, refused with what was typed kept (G-54)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gamification.challenges.models import Attempt
from tests.portal.visiting import a_browser, page_of, the_fields, the_seen
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
CUPS = {"measure": {"kind": "deeds.sum", "of": "order.line", "value": "quantity"}, "at_least": 1}


def a_race(goal):
    """A challenge to be joined this month, with this goal in common."""
    today = timezone.now().date()
    window = {"between": [str(today - timedelta(days=5)), str(today + timedelta(days=5))]}
    race = {"slug": "race", "name": {"en": "Race"}, "activation": "join", "window": window}
    return a_program(
        parts={"challenges": [{**race, "steps": [CUPS], "goal": goal}]},
        at=timezone.now() - timedelta(days=10),
    )


def joining(cafe, browser, **told):
    """The form, sent."""
    address = page_of(cafe, "play/challenges/race")
    form = the_fields(browser.get(page_of(cafe, "play")).text, address)
    return browser.post(address, {**form, "deed": "join", **told})


def test_a_team_is_founded_and_joined_by_its_code():
    """G-54: whoever founds it reads the code; a code of nobody is refused, and nobody has joined by it."""
    cafe = a_race({"target": 10, "pool": "team"})
    ada, grace = (a_browser(a_member(cafe, name)) for name in ("ada", "grace"))

    founded = joining(cafe, ada)
    page = ada.get(founded["Location"]).text
    code = re.search(r'<span class="code link" dir="ltr">([^<]+)</span>', page)[1]
    wrong = joining(cafe, grace, team="NOBODYS1")
    alone = Attempt.objects.count()
    joined = joining(cafe, grace, team=f" {code} ")

    assert founded.status_code == joined.status_code == 303
    assert (wrong.status_code, alone) == (422, 1)
    assert 'value="NOBODYS1"' in wrong.text
    assert {row.team.code for row in Attempt.objects.select_related("team")} == {code}


def test_what_all_reach_together_asks_for_no_team():
    """G-54: the form has the button alone."""
    cafe = a_race({"target": 10})
    ada = a_browser(a_member(cafe, "ada"))
    before = ada.get(page_of(cafe, "play")).text

    joined = joining(cafe, ada)

    assert 'name="team"' not in before
    assert "Together 0 of 10; 0 from you." in re.sub(r" (?=[;.])", "", the_seen(before))
    assert joined.status_code == 303
    assert Attempt.objects.get().team is None
