"""Every setting stands on its page, and none that is not read."""

import re
from pathlib import Path

from config.developing.settings_page import PAGE, written
from config.environment import KNOWN

SOURCES = ("config", "tests/plugin.py", "tests/plugin_database.py")


def test_the_page_is_what_the_code_reads():
    """Else: `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == written()


def test_every_known_variable_is_read_somewhere():
    texts = [
        path.read_text(encoding="utf-8")
        for source in SOURCES
        for path in ([Path(source)] if source.endswith(".py") else Path(source).rglob("*.py"))
        if path.name not in {"environment.py", "settings_page.py"}
    ]
    read = set(re.findall(r"WAFA_[A-Z_]+", "\n".join(texts)))

    assert KNOWN.keys() - read == set()
