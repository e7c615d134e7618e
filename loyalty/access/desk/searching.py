"""Searching: one field in the header that asks every room that can find something (U-41)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from loyalty.access.staff.standing import Standing
from loyalty.programs.models import Program

TEXT_LENGTH_MAX: Final = 200
FOUND_MAX: Final = 20  # of each kind; whoever needs more uses the list's own search


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One thing found: what to call it, a word about it, and its page."""

    label: str
    about: str
    url: str


Search: TypeAlias = Callable[[Program, str], Sequence[Found]]
_searches: dict[str, tuple[str, Search]] = {}


def searches(topic: str, *, deed: str | None = None) -> Callable[[Search], Search]:
    """Let the header's field look here; `deed` says who may, `<topic>:find` if nothing else."""

    def register(search: Search) -> Search:
        _searches[topic] = (deed or f"{topic}:find", search)
        return search

    return register


def search(standing: Standing, text: str) -> dict[str, Sequence[Found]]:
    """What is found in the open programme, by topic, as far as the person may see it."""
    text = text.strip()[:TEXT_LENGTH_MAX].replace("\x00", "")
    if not text or standing.program is None:
        return {}
    found = {
        topic: look(standing.program, text)[:FOUND_MAX]
        for topic, (deed, look) in sorted(_searches.items())
        if standing.may(deed)
    }
    return {topic: rows for topic, rows in found.items() if rows}
