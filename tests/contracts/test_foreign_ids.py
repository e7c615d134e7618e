"""Two programmes, every address with an id: what is another's is as little there as what never was (S-2)."""

import json
import re

import pytest

from loyalty.foundation.ids import new_id, shown
from tests.contracts.document import operations
from tests.contracts.operations import TOKEN_ONLY
from tests.contracts.rows import BODIES, ROWS, a_busy_cafe
from tests.world.access import a_shop

pytestmark = pytest.mark.django_db

WITH_ID = [
    (method, path)
    for method, path, _operation in operations()
    if "{" in path and (method, path) not in TOKEN_ONLY
]
MALFORMED = [
    "x",
    "mem_",
    "mem_!!!!!!!!!!!!!!!!!!!!!!!!!!",
    "0",
    "%00",
    "..%2f..",
    "mem_" + "z" * 26,
]


def parameters_of(path):
    return re.findall(r"\{(\w+)\}", path)


def told_to(shop, method, path, **ids):
    address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path)
    answer = shop.client.generic(
        method,
        address,
        data=shop_body(method, path),
        content_type="application/json",
        headers=shop._headers("try-1"),
    )
    is_json = "json" in answer.headers["Content-Type"]
    told = answer.json() if is_json else {}  # pictures and files are found, too
    told.pop("request_id", None)
    return answer.status_code, told


def shop_body(method, path):
    if method == "GET" or (method == "DELETE" and (method, path) not in BODIES):
        return b""
    return json.dumps(BODIES.get((method, path), {})).encode()


@pytest.mark.parametrize(("method", "path"), WITH_ID, ids=[f"{m} {p}" for m, p in WITH_ID])
def test_a_foreign_an_unknown_and_a_malformed_id_answer_alike(method, path):
    """S-2: 404 each, and bodies that differ in nothing but the request id."""
    shop, other = a_shop(a_busy_cafe()), a_shop(a_busy_cafe("other-cafe"))
    names = parameters_of(path)
    assert set(names) <= set(ROWS), f"tests/contracts/rows.py has no row for {names}"
    foreign = {name: ROWS[name](other) for name in names}
    own = {name: ROWS[name](shop) for name in names}

    for name in names:
        prefix = foreign[name].partition("_")[0]
        answers = [
            told_to(shop, method, path, **own | {name: foreign[name]}),
            told_to(shop, method, path, **own | {name: shown(prefix, new_id())}),
            *(told_to(shop, method, path, **own | {name: bad}) for bad in MALFORMED),
        ]

        assert [status for status, _body in answers] == [404] * len(answers), answers[0]
        assert all(body == answers[0][1] for _status, body in answers)


@pytest.mark.parametrize(("method", "path"), WITH_ID, ids=[f"{m} {p}" for m, p in WITH_ID])
def test_control_ones_own_id_is_found(method, path):
    """Without this, a door that answers 404 to everything would pass."""
    shop = a_shop(a_busy_cafe())
    ids = {name: ROWS[name](shop) for name in parameters_of(path)}

    status, body = told_to(shop, method, path, **ids)

    assert status != 404, body
