"""A real row behind every id that stands in an address, for the test of foreign ids (S-2).

Whoever adds an address with a new parameter adds its row here, and a body where one is needed to get to the id.
"""

from collections.abc import Callable
from typing import Any, Final

from loyalty.programs.models import Program
from tests.world.access import a_shop
from tests.world.earning import a_published_rule
from tests.world.members import a_member


def _member(program: Program) -> str:
    return a_member(program, "ada").shown_id


def _event(program: Program) -> str:
    _member(program)
    told = {
        "type": "visit.made",
        "member": "ext:ada",
        "source": "shop",
        "source_id": "visit-1",
        "occurred_at": "2026-11-20T10:00:00+02:00",
        "data": {},
    }
    answer = a_shop(program).post("/v1/events", told, key="visit-1")
    assert answer.status_code == 201, answer.json()
    return str(answer.json()["id"])


def _rule(program: Program) -> str:
    return a_published_rule(program).shown_id


ROWS: Final[dict[str, Callable[[Program], str]]] = {
    "member": _member,
    "event": _event,
    "rule": _rule,
}

BODIES: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("POST", "/v1/members/{member}/consents"): {
        "consents": [{"purpose": "marketing", "granted": True, "text_version": "1"}]
    },
    ("POST", "/v1/members/{member}/status"): {"status": "suspended"},
}
