"""Every text speaks four languages."""

import pytest

from loyalty.management import catalogues
from loyalty.management.template_messages import messages_in_template


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
