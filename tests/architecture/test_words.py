"""Every text speaks four languages, and nothing is left lying about in the tree."""

import re

import pytest

from loyalty.management import catalogues
from loyalty.management.template_messages import messages_in_template
from tests.architecture.reading import CODE, ROOT, python_files, short


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_is_complete(language):
    """None missing, none fuzzy, none left over; plural forms and placeholders are right."""
    assert list(catalogues.faults_of(language)) == []


def test_messages_are_found_in_templates():
    text = (
        '{% load i18n %}{# _("no") #}{% translate "Points" %} {% trans "May" context "month" as x %}'
        '{{ name|default:_("nobody") }}{% url "x" title=_("Go") %}'
        "{% blocktranslate trimmed count n=n %}\n one {{ unit }}\n{% plural %} {{ n }} of 100% {% endblocktranslate %}"
    )

    found = [(context, message) for _line, context, message in messages_in_template(text)]

    assert found == [
        (None, "Points"),
        ("month", "May"),
        (None, "nobody"),
        (None, "Go"),
        (None, ("one %(unit)s", "%(n)s of 100%%")),
    ]


def test_locks_name_no_host():
    """Whoever installs chooses where from; hashes say what."""
    locks = sorted((ROOT / "requirements").glob("*.txt"))

    assert [short(path) for path in locks if re.search(r"https?://", path.read_text())] == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplementedError")

    left = [
        short(path)
        for path in python_files(*CODE, "tests", "benchmarks")
        if marks.search(path.read_text(encoding="utf-8"))
    ]

    assert left == []
