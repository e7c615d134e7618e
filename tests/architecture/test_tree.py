"""What lies in the tree: templates, secrets, sizes of files, locks; and nothing left for later."""

import re
import subprocess

from django.apps import apps
from django.template import TemplateSyntaxError
from django.template.engine import Engine

from tests.architecture import big_files, secrets, templates
from tests.architecture.reading import CODE, ROOT, python_files, short

NOT_TEXT = {".woff2", ".png", ".jpg", ".webp", ".ico", ".gz", ".mo"}


def test_every_template_can_be_read():
    """Tags, filters and loads are known; nothing waits for the first visitor to be found."""
    engine = Engine.get_default()
    broken = []
    for path in _templates():
        try:
            engine.from_string(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            broken.append(f"{short(path)}: {error}")

    assert broken == []


def test_templates_keep_to_the_content_policy():
    assert [fault for path in _templates() for fault in templates.found_in(path)] == []


def test_style_sheets_know_no_left_and_right():
    """Two of four languages are written from right to left: logical properties only."""
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right)\b|(?:float|text-align):\s*(?:left|right)\b"
        r"|(?<![\w-])(?:left|right)\s*:"
    )
    sheets = [
        path for top in CODE for path in (ROOT / top).rglob("*.css") if "vendor" not in path.parts
    ]

    assert [short(path) for path in sheets if physical.search(path.read_text())] == []


def test_nothing_looks_like_a_secret():
    texts = [path for path in _kept() if path.suffix not in NOT_TEXT and "vendor" not in path.parts]

    assert [sentence for path in texts for sentence in secrets.found_in(path)] == []


def test_no_file_is_too_big_to_keep():
    assert big_files.too_big(_kept()) == []


def test_locks_name_no_host():
    """Whoever installs chooses where from; hashes say what."""
    locks = sorted((ROOT / "requirements").glob("*.txt"))

    assert [short(path) for path in locks if re.search(r"https?://", path.read_text())] == []


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|raise NotImplemented" + "Error")

    left = [
        short(path)
        for path in python_files(*CODE, "tests", "benchmarks")
        if marks.search(path.read_text(encoding="utf-8"))
    ]

    assert left == []


def test_apps_are_installed_from_this_tree():
    """A name taken by another distribution would shadow ours."""
    ours = [config for config in apps.get_app_configs() if config.name in CODE]

    assert [config.name for config in ours if ROOT not in _parents(config.path)] == []


def _parents(path):
    return (ROOT / path).resolve().parents


def _templates():
    return [
        path
        for top in CODE
        for path in sorted((ROOT / top).rglob("templates/**/*"))
        if path.suffix in {".html", ".txt"}
    ]


def _kept():
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [name for name in listing.stdout.split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]
