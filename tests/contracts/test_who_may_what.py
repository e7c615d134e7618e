"""Every operation, every kind of credential, with and without the scope: who may what over the API (S-1)."""

import json
import re
from functools import cache

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from loyalty.access import tokens
from loyalty.foundation.ids import new_id
from tests.contracts.document import document, operations
from tests.contracts.operations import SCOPES, TOKEN_ONLY
from tests.world.access import Shop, a_customer, a_page, a_shop, a_stranger
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

OPERATIONS = [(method, path) for method, path, _operation in operations()]
WITH_SCOPE = [key for key in OPERATIONS if key in SCOPES]
NAMES = [f"{method} {path}" for method, path in OPERATIONS]
PASSED = {200, 201, 202, 204, 207, 400, 404, 405, 409, 412, 413, 422, 503}
NOBODY_S_ID = "mem_01jd0000000000000000000000"


def sent(shop: Shop, method: str, path: str):
    """This operation with ids that nobody has and an empty body: far enough to be let in or not."""
    address = re.sub(r"\{\w+\}", NOBODY_S_ID, path)
    answer = shop.client.generic(
        method,
        address,
        data=json.dumps({}).encode() if method not in {"GET", "DELETE"} else b"",
        content_type="application/json",
        headers=shop._headers("try-1"),
    )
    return answer.status_code, answer.json().get("code") if answer.content else None


class TestTheTable:
    def test_names_every_operation_of_the_document(self):
        """S-1: an operation that is missing from the table fails."""
        assert set(OPERATIONS) == set(SCOPES) | TOKEN_ONLY

    def test_agrees_with_the_scopes_that_the_document_promises(self):
        """S-1: the scope stands in the contract's `security`."""
        promised = {
            (method, path): [
                scope for way in operation["security"] for scope in way.get("secretKey", [])
            ]
            for method, path, operation in operations()
        }

        assert promised == {key: [scope] for key, (scope, _public) in SCOPES.items()} | {
            key: [] for key in TOKEN_ONLY
        }

    def test_agrees_on_what_publishable_keys_may_do(self):
        """S-1, S-10."""
        public = {
            (method, path)
            for method, path, operation in operations()
            if any("publishableKey" in way for way in operation["security"])
        }

        assert public == {key for key, (_scope, is_public) in SCOPES.items() if is_public}

    def test_every_live_route_is_in_the_document(self):
        """S-1: a live route missing from the file fails."""
        live = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in live_routes()}

        assert live == set(document()["paths"])


@cache
def live_routes():
    return tuple(route for route in routes_below(get_resolver()) if route.startswith("/v1/"))


def routes_below(resolver, prefix="/"):
    for entry in resolver.url_patterns:
        route = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes_below(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=NAMES)
class TestAnOperation:
    def test_is_closed_to_a_stranger(self, method, path):
        """S-1."""
        assert sent(a_stranger(), method, path) == (401, "credential_missing")

    def test_is_closed_to_a_key_without_scopes_for_it(self, method, path):
        """S-1: whoever holds everything else still may not."""
        wanted = SCOPES.get((method, path), ("", False))[0]
        others = {scope for scope, _public in SCOPES.values()} - {wanted} | {"nothing:read"}
        status, code = sent(a_shop(a_program(), *sorted(others)), method, path)

        expected = "credential_not_accepted" if (method, path) in TOKEN_ONLY else "scope_missing"
        assert (status, code) == (403, expected)

    def test_lets_in_whoever_it_is_for(self, method, path, monkeypatch):
        """S-1, S-13: past the door, whatever is thought of the rest of the call."""
        cafe = a_program()
        if (method, path) in TOKEN_ONLY:
            monkeypatch.setattr(tokens, "_epochs", [lambda _program, _member: 0])
            status, _code = sent(a_customer(cafe, new_id()), method, path)
        else:
            status, _code = sent(a_shop(cafe, SCOPES[method, path][0]), method, path)

        assert status in PASSED

    def test_is_closed_to_members_unless_it_is_their_own_door(self, method, path, monkeypatch):
        """S-13."""
        monkeypatch.setattr(tokens, "_epochs", [lambda _program, _member: 0])
        status, code = sent(a_customer(a_program(), new_id()), method, path)

        is_closed = (status, code) == (403, "credential_not_accepted")
        assert is_closed is ((method, path) not in TOKEN_ONLY)

    def test_is_closed_to_publishable_keys_unless_it_is_public(self, method, path):
        """S-1: a publishable key holding every scope."""
        status, code = sent(a_page(a_program()), method, path)

        is_public = SCOPES.get((method, path), ("", False))[1]
        assert ((status, code) == (403, "credential_not_accepted")) is not is_public
