"""Share texts: what an advocate may send, per language. The advocate sends it; the service never writes to a friend (R-12)."""

import re
from collections.abc import Mapping
from typing import Final

from referrals.plans.refusals import ShareTextIncomplete

FILLED_LENGTH_MAX: Final = 280
PLACEHOLDERS: Final = frozenset({"link", "code", "friend_reward", "first_name"})
_BRACES: Final = re.compile(r"\{([^{}]*)\}")
# As long as these ever get in earnest.
_SAMPLE: Final = {
    "link": "https://shop.example/r/K7M2QX4W",
    "code": "K7M2QX4W",
    "friend_reward": "300 points",
    "first_name": "Oleksandra",
}


def check(texts: Mapping[str, str]) -> None:
    """Refuse a text that leads nowhere or does not fit: ShareTextIncomplete."""
    for language, text in texts.items():
        named = set(_BRACES.findall(text))
        rest = _BRACES.sub("", text)
        is_whole = bool(named & {"link", "code"}) and named <= PLACEHOLDERS
        is_plain = "{" not in rest and "}" not in rest
        if not (is_whole and is_plain) or len(fill(text, _SAMPLE)) > FILLED_LENGTH_MAX:
            raise ShareTextIncomplete(language=language, pointer=f"/share_texts/{language}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values, once: what stands in a value is text and nothing more."""
    return " ".join(_BRACES.sub(lambda found: values.get(found[1], ""), text).split())
