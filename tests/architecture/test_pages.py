"""The docs hold together: decisions are whole, words are in the glossary, links lead somewhere."""

import re
from urllib.parse import unquote

import pytest
from django.apps import apps

from tests.architecture.reading import APPS, DOCS, ROOT, markdown_files, page, short

DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))
PARTS = ["Status", "Context", "Decision", "Consequences", "Rejected"]
DECISION_LINES_MAX = 80
CHANGE = re.compile(
    r"(?:\d+(?:\.\d+)?(?:\.[a-z-]+)*|\+[\w-]+)\.(?:added|changed|fixed|removed|security)\.md"
)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_whole_and_fits_a_page(path):
    text = path.read_text(encoding="utf-8")

    assert re.match(rf"# {path.name[:4]}: \S", text)
    assert re.findall(r"^## (\w+)", text, flags=re.MULTILINE) == PARTS
    assert len(text.splitlines()) <= DECISION_LINES_MAX


def test_decision_numbers_are_given_once():
    numbers = [path.name[:4] for path in DECISIONS]

    assert len(numbers) == len(set(numbers))


def test_every_table_has_its_word_in_the_glossary():
    words = set(re.findall(r"^\| \*\*([^*]+)\*\*", page("glossary.md"), flags=re.MULTILINE))
    tables = {_words_in(model.__name__) for model in _our_models()}

    assert tables - {word.lower() for word in words} == set()


def test_changelog_fragments_are_named_as_towncrier_reads_them():
    names = [path.name for path in (DOCS / "changes").glob("[0-9+]*")]

    assert [name for name in names if not CHANGE.fullmatch(name)] == []


@pytest.mark.parametrize("path", markdown_files(), ids=short)
def test_links_lead_somewhere(path):
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )

    broken = [
        target
        for target in re.findall(r"\]\(([^)\s]+)\)", text)
        if not re.match(r"https?:|mailto:", target) and not _leads(path, unquote(target))
    ]

    assert broken == []


def _leads(source, target):
    file, _, anchor = target.partition("#")
    path = (source.parent / file).resolve() if file else source
    if not path.is_relative_to(ROOT) or not path.exists():
        return False
    return not anchor or path.suffix != ".md" or anchor in _anchors(path)


def _anchors(path):
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'id="([^"]+)"', text))


def _our_models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]


def _words_in(name):
    """`PointCurrency` is a "point currency", `APIKey` an "api key"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower()
