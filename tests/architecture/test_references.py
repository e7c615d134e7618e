"""What can be read out of the code is read out of it: errors, facts, constraints, rule numbers, commands."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.core.management import get_commands

from loyalty.management import reference
from tests.architecture.reading import (
    APPS,
    CODE,
    DOCS,
    ROOT,
    docstrings_of,
    markdown_files,
    page,
    python_files,
    short,
)

RULE = re.compile(r"(?<![\w-])(?:SR|[CEGKLPRSTUVW])-[GX]?\d+\b")


def test_errors_facts_and_decisions_are_listed_as_they_are():
    pages = reference.pages()

    stale = [
        short(path) for path, text in pages.items() if page(*path.relative_to(DOCS).parts) != text
    ]

    assert stale == [], "run `manage.py write_reference`"


def test_every_code_has_one_class():
    reference.import_every_room()
    counts = Counter(refusal.code for refusal in reference.refusals())

    assert [code for code, count in counts.items() if count > 1] == []


def test_every_refusal_can_be_read():
    """A title, a detail and a docstring that says when; what comes without them helps nobody."""
    reference.import_every_room()
    mute = [
        one.__name__
        for one in reference.refusals()
        if not (str(one.title) and str(one.detail) and "__doc__" in vars(one) and one.__doc__)
    ]

    assert mute == []


def test_every_fact_has_one_class_and_says_what_happened():
    reference.import_every_room()
    facts = reference.facts()

    assert [name for name, n in Counter(fact.name for fact in facts).items() if n > 1] == []
    assert [fact.name for fact in facts if not vars(fact).get("__doc__")] == []
    assert [fact.name for fact in facts if not re.fullmatch(r"[a-z_]+\.[a-z_]+", fact.name)] == []


def test_every_constraint_and_trigger_is_named_by_a_test():
    """Every rule stands twice, and somebody has seen the database refuse."""
    told = {
        word
        for path in python_files("tests")
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    }

    assert [name for name in _guards() if name not in told] == []


@pytest.mark.parametrize("tops", [("tests",), CODE], ids=["tests", "code"])
def test_every_rule_number_that_is_cited_is_written_down(tops):
    rules = "\n".join(path.read_text(encoding="utf-8") for path in (DOCS / "rules").glob("*.md"))
    written = set(RULE.findall(rules))
    cited = {
        rule: short(path)
        for path in python_files(*tops)
        for text in docstrings_of(path)
        for rule in RULE.findall(text)
    }

    assert {rule: path for rule, path in cited.items() if rule not in written} == {}


def test_every_command_and_verb_in_the_docs_is_there():
    commands, verbs = set(get_commands()), _verbs()
    unknown = []
    for path in markdown_files():
        text = path.read_text(encoding="utf-8")
        told = set(re.findall(r"manage\.py ([a-z_]+)", text))
        unknown += [f"{short(path)}: manage.py {name}" for name in sorted(told - commands)]
        told = set(re.findall(r"(?:^ {4}|`)make ([a-z][a-z0-9-]*)", text, flags=re.MULTILINE))
        unknown += [f"{short(path)}: make {name}" for name in sorted(told - verbs)]

    assert unknown == []


def _guards():
    for model in apps.get_models():
        if model.__module__.split(".")[0] in APPS:
            yield from (constraint.name for constraint in model._meta.constraints)
            yield from (trigger.name for trigger in getattr(model._meta, "triggers", []))


def _verbs():
    makefile = ROOT / "Makefile"
    text = makefile.read_text(encoding="utf-8") if makefile.exists() else ""
    return set(re.findall(r"^([a-z][a-z0-9-]*):", text, flags=re.MULTILINE))
