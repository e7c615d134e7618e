"""Every no of the games has a code that some test has seen, and words in each language; so has every reason (G-103)."""

import re
from string import Formatter

import pytest
from django.utils import translation

from gamification.criteria.kinds import TO_MEMBER, Reason
from loyalty.management import reference
from tests.architecture.reading import python_files

reference.import_every_room()
REFUSALS = [one for one in reference.refusals() if one.__module__.startswith("gamification.")]
OTHERS = ("ar", "fa", "uk")
LETTERS = {"ar": "[\u0600-\u06ff]", "fa": "[\u0600-\u06ff]", "uk": "[\u0400-\u04ff]"}


def placeholders(text):
    return {name for _before, name, _form, _how in Formatter().parse(text) if name is not None}


def test_each_is_named_by_a_test():
    """Section 18 of the page on play: whoever adds a refusal shows it."""
    told = "\n".join(path.read_text(encoding="utf-8") for path in python_files("tests"))

    unseen = [
        one.code
        for one in REFUSALS
        if f'"{one.code}"' not in told and not re.search(rf"\b{one.__name__}\b", told)
    ]

    assert len(REFUSALS) > 30
    assert unseen == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.code)
def test_each_speaks_every_language(refusal, language):
    """A title and a detail of its own, with the same values in it."""
    with translation.override(language):
        title, detail = str(refusal.title), str(refusal.detail)
    with translation.override("en"):
        english = str(refusal.detail)

    assert re.search(LETTERS[language], title)
    words = re.sub("{.*?}", "", detail)
    assert re.search(LETTERS[language], words) or not re.search(r"\w", words)
    assert placeholders(detail) == placeholders(english)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_a_sentence_for_staff_and_one_for_the_member(reason, language):
    """G-103: in every language."""
    with translation.override(language):
        staff, member = str(reason.label), str(TO_MEMBER[reason])

    assert re.search(LETTERS[language], staff)
    assert re.search(LETTERS[language], member)
