"""Catalogues: what is new comes in, what is gone goes, and nothing incomplete passes."""

import gettext

import pytest
from babel.messages.catalog import Catalog

from loyalty.management import catalogues

ONE = ("{count} cup", "{count} cups")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Catalogues of a small project with three messages, in a folder of their own."""
    found = Catalog()
    for text in ("Points", "{wanted} wanted", ONE):
        found.add(text, locations=[("loyalty/ledger/refusals.py", 0)])
    monkeypatch.setattr(catalogues, "HOME", tmp_path)
    monkeypatch.setattr(catalogues, "extracted", lambda: found)
    for language in catalogues.LANGUAGES:
        catalogues.update(language)
    return tmp_path


def test_a_new_message_waits_for_its_translation(home):
    assert list(catalogues.faults_of("uk")) == [
        "uk: not translated in 1 form(s): 'Points'",
        "uk: not translated in 1 form(s): '{wanted} wanted'",
        "uk: not translated in 3 form(s): ('{count} cup', '{count} cups')",
    ]


def test_a_complete_catalogue_has_no_fault_and_stays_as_it_is(home):
    translate("uk")
    before = catalogues.path_of("uk").read_text()

    catalogues.update("uk")

    assert list(catalogues.faults_of("uk")) == []
    assert catalogues.path_of("uk").read_text() == before


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({"{wanted} wanted": "{what} треба"}, "uk: other placeholders: '{wanted} wanted'"),
        ({"{wanted} wanted": "треба"}, "uk: other placeholders: '{wanted} wanted'"),
        ({ONE[0]: ("{count} чашка", "", "")}, f"uk: not translated in 3 form(s): {ONE!r}"),
    ],
    ids=["another placeholder", "a placeholder left out", "a plural form left out"],
)
def test_a_faulty_translation_is_named(home, texts, fault):
    translate("uk")

    catalogues.fill("uk", texts)

    assert list(catalogues.faults_of("uk")) == [fault]


def test_a_nameless_number_is_left_out_of_no_form(home, monkeypatch):
    """`"one cup" % 1` would fail, in that language only and for that number only."""
    found = Catalog()
    found.add(("%d cup", "%d cups"))
    monkeypatch.setattr(catalogues, "extracted", lambda: found)
    catalogues.update("uk")

    catalogues.fill("uk", {"%d cup": ("чашка", "%d чашки", "%d чашок")})

    assert list(catalogues.faults_of("uk")) == [
        "uk: other placeholders: ('%d cup', '%d cups')",
    ]


def test_what_nobody_uses_any_more_is_named_and_dropped(home, monkeypatch):
    translate("uk")
    smaller = Catalog()
    smaller.add("Points")
    monkeypatch.setattr(catalogues, "extracted", lambda: smaller)

    faults = list(catalogues.faults_of("uk"))
    catalogues.update("uk")

    assert faults == [
        "uk: no longer used: ('{count} cup', '{count} cups')",
        "uk: no longer used: '{wanted} wanted'",
    ]
    assert list(catalogues.faults_of("uk")) == []


def test_compiled_catalogues_choose_the_right_form(home):
    """Six forms in Arabic: none, one, two, few, many, and the hundreds."""
    forms = ("صفر", "واحد", "اثنان", "{count} قليل", "{count} كثير", "{count} مئات")
    for language in catalogues.LANGUAGES:
        translate(language)
    catalogues.fill("ar", {ONE[0]: forms})

    catalogues.compile_all()

    with catalogues.path_of("ar").with_suffix(".mo").open("rb") as file:
        arabic = gettext.GNUTranslations(file)
    chosen = [arabic.ngettext(*ONE, count) for count in (0, 1, 2, 3, 11, 100)]
    assert chosen == list(forms)


def translate(language):
    forms = catalogues.PLURALS[language][0]
    catalogues.fill(
        language,
        {"Points": "Бали", "{wanted} wanted": "{wanted}", ONE[0]: ("{count}",) * forms},
    )
