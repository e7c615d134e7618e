"""Every call that moves points or issues something names a key; without one it is refused before anything is read."""

import re

import pytest

from loyalty.foundation.models import IdempotencyRecord
from tests.contracts.document import operations
from tests.world.access import a_customer, a_shop
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
KEYED = [
    (method, path)
    for method, path, operation in operations()
    if any(
        p["name"] == "Idempotency-Key" and p.get("required")
        for p in operation.get("parameters", ())
    )
]


def test_calls_that_move_points_are_among_them():
    """V-5: the document names the header where it is demanded."""
    moving = {path for _method, path in KEYED}

    assert {
        "/v1/events",
        "/v1/holds",
        "/v1/holds/{hold}/capture",
        "/v1/holds/{hold}/release",
        "/v1/members/{member}/adjustments",
        "/v1/members/{member}/erase",
        "/v1/members/{member}/merge",
        "/v1/members/{member}/transfers",
    } <= moving


@pytest.mark.parametrize(("method", "path"), KEYED, ids=[f"{m} {p}" for m, p in KEYED])
@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "idempotency_key_required"), ({"Idempotency-Key": "k" * 256}, "idempotency_key_invalid")],
)
def test_without_a_good_key_nothing_is_read(method, path, headers, code):
    """V-5, V-7: authenticate, scope, header, and only then the shape and the ids."""
    cafe = a_program()
    is_own = path.startswith("/v1/me/")
    shop = a_customer(cafe, a_member(cafe).pk) if is_own else a_shop(cafe)
    address = re.sub(r"\{\w+\}", "ext:nobody", path)

    answer = shop.call(method, address, body={"no": "shape"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not IdempotencyRecord.objects.exists()
