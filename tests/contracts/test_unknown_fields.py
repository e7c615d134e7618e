"""Every property that any answer ever shows is sent to every write: nothing of it may stick (S-4)."""

import json
import re

import pytest

from loyalty.members.finding import find_member
from tests.contracts.document import document, operations
from tests.contracts.operations import TOKEN_ONLY
from tests.contracts.rows import BODIES, ROWS, a_busy_cafe
from tests.world.access import a_customer, a_shop

pytestmark = pytest.mark.django_db
WRITES = [
    (method, path)
    for method, path, operation in operations()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
    and (method, path) != ("PUT", "/v1/program")
]


def properties(value):
    """The names of all properties anywhere in the answers' shapes."""
    found = set()
    if isinstance(value, dict):
        found |= set(value.get("properties", ()))
        for inner in value.values():
            found |= properties(inner)
    elif isinstance(value, list):
        for inner in value:
            found |= properties(inner)
    return found


def known_to(method, path):
    """What the document lets this operation's body have at its top, whichever of its forms."""
    content = document()["paths"][path][method.lower()]["requestBody"]["content"]
    return properties(content["application/json"]["schema"]) | {
        name
        for reference in re.findall(r"#/components/schemas/(\w+)", json.dumps(content))
        for name in properties(document()["components"]["schemas"][reference])
    }


@pytest.mark.parametrize(("method", "path"), WRITES, ids=[f"{m} {p}" for m, p in WRITES])
def test_a_write_takes_no_property_that_it_does_not_name(method, path):
    """S-4: each is a 400 with its pointer."""
    cafe = a_busy_cafe()
    shop = a_shop(cafe)
    ids = {name: ROWS[name](shop) for name in re.findall(r"\{(\w+)\}", path)}
    address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
    shown = properties(document()["components"]["schemas"])
    extra = sorted(name for name in shown - known_to(method, path) if re.fullmatch(r"\w+", name))

    if (method, path) in TOKEN_ONLY:
        shop = a_customer(cafe, find_member(program=cafe, told="ext:ada").pk)

    answer = shop.client.generic(
        method,
        address,
        data=json.dumps(BODIES.get((method, path), {}) | dict.fromkeys(extra, "1")).encode(),
        content_type="application/json",
        headers=shop._headers("try-1"),
    )

    assert answer.status_code == 400, answer.json()
    assert {problem["code"] for problem in answer.json()["errors"]} >= {"unknown_field"}
    assert len(extra) > 20
