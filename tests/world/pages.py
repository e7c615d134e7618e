"""Pages of the desk, read as people read them."""

import re
from typing import Any


def said(answer: Any) -> str:
    """What the page says, without the tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def told_on(browser: Any, answer: Any) -> str:
    """The messages after the way on."""
    return said(browser.get(answer["Location"]))
