"""Every count of every catalogue, for the numbers on which languages differ."""

import pytest
from babel import Locale

from loyalty.management import catalogues

COUNTS = [0, 1, 2, 3, 5, 11, 14, 21, 22, 25, 99, 100, 101, 102, 103, 111, 1_000]
NEVER_NONE = ("They end with the calendar year in which they came.",)  # a policy counts from one on
# Which of the CLDR's forms each form of our catalogues is, for whole numbers.
FORMS = {
    "ar": ["zero", "one", "two", "few", "many", "other"],
    "fa": ["one", "other"],
    "uk": ["one", "few", "many"],
}


def form_of(language, count):
    """Which form the catalogue takes, by the expression that is demanded of it."""
    _forms, expression = catalogues.PLURALS[language]
    told = expression.replace("&&", " and ").replace("||", " or ")
    return _chosen(told.strip("()"), count)


def _chosen(expression, n):
    condition, _mark, rest = expression.partition("?")
    if not rest:
        return int(eval(condition, {"n": n}))  # noqa: S307 (our own catalogue's head)
    yes, _mark, no = rest.partition(":")
    return int(yes) if eval(condition, {"n": n}) else _chosen(no, n)  # noqa: S307


@pytest.mark.parametrize("language", FORMS)
def test_the_forms_are_those_of_the_language(language):
    """U-64: number by number as the CLDR has it."""
    rule = Locale.parse(language).plural_form

    assert {n: FORMS[language][form_of(language, n)] for n in COUNTS} == {
        n: rule(n) for n in COUNTS
    }


@pytest.mark.parametrize("language", FORMS)
def test_each_form_names_what_it_counts(language):
    """U-64: a form that stands for several numbers tells the number; one that stands for one alone may say it in a word."""
    users = {}
    for n in range(1_200):
        users.setdefault(form_of(language, n), set()).add(n)
    faults = []
    for message in catalogues.read(language):
        if not isinstance(message.id, tuple):
            continue
        wanted = set(catalogues._PLACEHOLDER.findall(message.id[1]))
        for place, form in enumerate(message.string):
            missing = wanted - set(catalogues._PLACEHOLDER.findall(form))
            used = users[place] - ({0} if message.id[0] in NEVER_NONE else set())
            if missing and len(used) > 1:
                faults.append((message.id[0], place, form))

    assert faults == []
