"""The page on which staff say how guests are received: seen first, then kept; nobody writes over another unseen."""

import re

import pytest
from django.test import Client

from loyalty.access.models import AuditRow
from loyalty.programs.models import Program
from portal.reception.models import Reception, TermsVersion
from tests.portal.visiting import page_of
from tests.world.access import a_staff
from tests.world.portal import received
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/admin/portal/reception/add/"
LANGUAGES = ("en", "ar", "fa", "uk")
QUESTION = {"question": {"en": "Is it free?"}, "answer": {"en": "It is."}}


@pytest.fixture
def cafe():
    return a_program()


def form_of(browser):
    """The page's own form as a browser would send it, untouched."""
    text = browser.get(ADDRESS).text
    form = dict.fromkeys(re.findall(r'<textarea name="([^"]+)"', text), "")
    form |= dict.fromkeys(re.findall(r'<input type="text" name="([^"]+)"', text), "")
    return form | {"version": re.search(r'name="version" value="(\d+)"', text)[1]}


def written(browser, deed="keep", **fields):
    return browser.post(ADDRESS, form_of(browser) | fields | {deed: "1"})


def test_is_seen_in_every_language_before_it_is_kept(cafe):
    """U-68: direction and fallback of each, and how much is in its own words."""
    browser = a_staff(cafe)
    fields = {"question_0_en": "Is it free?", "answer_0_en": "It is.", "terms_fa": "مهربان باشید."}

    seen = written(browser, "look", **fields)

    assert re.findall(r'<div lang="(\w+)" dir="(ltr|rtl)">', seen.text) == [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("fa", "rtl"),
        ("uk", "ltr"),
    ]
    assert "In this language: 2 of 3" in seen.text
    assert "In this language: 1 of 3" in seen.text
    assert seen.text.count("Is it free?") == 6  # four previews, the field, its heading
    assert not Reception.objects.exists()


def test_is_kept_and_guests_see_it(cafe):
    browser = a_staff(cafe, "manager")

    kept = written(
        browser,
        joining="on",
        birthday="on",
        question_0_en="Is it free?",
        answer_0_en="It is.",
        terms_en="Be kind.",
    )

    row = Reception.objects.get()
    assert kept.status_code == 302
    assert (row.joining, row.birthday, row.questions) == (True, True, [QUESTION])
    assert TermsVersion.objects.get().texts == {"en": "Be kind."}
    assert "Is it free?" in Client().get(page_of(cafe, "welcome")).text
    assert Client().get(page_of(cafe, "join")).status_code == 200
    assert AuditRow.objects.count() == 1


def test_shows_what_holds_and_takes_it_away_again(cafe):
    received(cafe, joining=True, questions=[QUESTION], terms={"en": "Be kind."})
    browser = a_staff(cafe)
    text = browser.get(ADDRESS).text

    written(browser)

    assert 'value="Is it free?"' in text
    assert "Version 1 holds." in text
    row = Reception.objects.get()
    assert (row.joining, row.questions) == (False, [])
    assert TermsVersion.objects.order_by("-number").first().texts == {}


def test_is_not_written_over_anothers_change_until_that_was_seen(cafe):
    """U-15: refused, shows both, keeps what was typed."""
    browser = a_staff(cafe)
    mine = form_of(browser) | {"terms_en": "Mine.", "keep": "1"}
    received(cafe, terms={"en": "Theirs."})
    before = Program.objects.get().version

    refused = browser.post(ADDRESS, mine)
    again = browser.post(
        ADDRESS, mine | {"version": re.search(r'name="version" value="(\d+)"', refused.text)[1]}
    )

    assert "Theirs." in refused.text
    assert "Mine." in refused.text
    assert "The programme has changed since you read it" in refused.text
    assert (before, again.status_code) == (Program.objects.get().version - 1, 302)
    assert [each.texts["en"] for each in TermsVersion.objects.order_by("number")] == [
        "Theirs.",
        "Mine.",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"question_0_en": "Is it free?"},
        {"question_0_en": "Is it free?", "answer_0_uk": "Так."},
        {"question_0_en": "q" * 201, "answer_0_en": "It is."},
        {"answer_0_en": "a" * 601, "question_0_en": "Is it free?"},
        {"terms_en": "t" * 10_001},
        {"terms_en": "x\x00y"},
        {"version": "many"},
    ],
)
def test_is_refused_beside_the_field_and_nothing_is_kept(cafe, fields):
    """U-13."""
    answer = written(a_staff(cafe), **fields)

    assert answer.status_code == 200
    assert "errorlist" in answer.text
    assert not Reception.objects.exists()
    assert not TermsVersion.objects.exists()


@pytest.mark.parametrize("role", ["marketer", "support", "till", "auditor"])
def test_is_for_owners_and_managers(cafe, role):
    """S-21."""
    form = form_of(a_staff(cafe)) | {"joining": "on", "keep": "1"}

    assert a_staff(cafe, role).post(ADDRESS, form).status_code == 403
    assert not Reception.objects.exists()
