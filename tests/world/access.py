"""Who knocks at the Corner Café: shops with keys, members with tokens, and staff."""

import json
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from loyalty.access import tokens
from loyalty.access.issuing import Wish, create_key
from loyalty.access.kinds import KeyKind, Role
from loyalty.access.models import ApiKey, Membership, User
from loyalty.foundation.actors import job
from loyalty.foundation.ids import Id
from loyalty.programs.models import Program
from tests.contracts.document import check_answer, check_request

PASSWORD = "an-orange-tram-at-noon"
_numbers = count(1)


class Shop:
    """An HTTP client with a credential. Every request and answer is held against the OpenAPI document.

    `key=` is the Idempotency-Key, `headers=` are further headers; bodies are JSON.
    """

    def __init__(self, credential: str | None, *, key: ApiKey | None = None, origin: str = ""):
        self.credential, self.key, self.origin = credential, key, origin
        self.client = Client(raise_request_exception=True)

    def get(self, path: str, **how: Any) -> Any:
        return self.call("GET", path, **how)

    def post(self, path: str, body: Any = None, **how: Any) -> Any:
        return self.call("POST", path, body=body, **how)

    def put(self, path: str, body: Any = None, **how: Any) -> Any:
        return self.call("PUT", path, body=body, **how)

    def patch(self, path: str, body: Any = None, **how: Any) -> Any:
        return self.call("PATCH", path, body=body, **how)

    def delete(self, path: str, **how: Any) -> Any:
        return self.call("DELETE", path, **how)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **wire: Any,
    ) -> Any:
        """Send it and check both sides; answers Django's test response."""
        sent = self._headers(key) | (headers or {})
        answer = self.client.generic(
            method,
            path,
            data=b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers=sent,
            **wire,
        )
        bare, _question, query = path.partition("?")
        check_answer(method, bare, answer)
        if answer.status_code < 300:
            check_request(method, bare, query=query, headers=sent, body=body)
        return answer

    def _headers(self, key: str | None) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.credential}"} if self.credential else {}
        if key is not None:
            sent["Idempotency-Key"] = key
        if self.origin:
            sent["Origin"] = self.origin
        return sent


def a_shop(program: Program, *scopes: str) -> Shop:
    """A storefront's server with a real secret key; all scopes unless some are named."""
    wish = Wish(name=f"storefront {next(_numbers)}", scopes=scopes or ("*",))
    made = create_key(program=program, wish=wish, actor=job("tests"), at=timezone.now())
    return Shop(made.text, key=made.key)


def a_page(program: Program, *scopes: str, origin: str = "https://shop.example") -> Shop:
    """A storefront's page with a publishable key and the origin it works on."""
    wish = Wish(
        name=f"page {next(_numbers)}",
        kind=KeyKind.PUBLISHABLE,
        scopes=scopes or ("*",),
        origins=[origin],
    )
    made = create_key(program=program, wish=wish, actor=job("tests"), at=timezone.now())
    return Shop(made.text, key=made.key, origin=origin)


def a_customer(program: Program, member_id: Id, *, epoch: int = 0) -> Shop:
    """A member's browser with a token, as the storefront's server asked for it."""
    issued = tokens.issue(
        program_id=program.pk, member_id=member_id, epoch=epoch, at=timezone.now()
    )
    return Shop(issued.token)


def a_stranger() -> Shop:
    """Somebody without a credential."""
    return Shop(None)


def a_person(*, username: str = "", is_superuser: bool = False) -> User:
    """Somebody who may sign in, and holds no role yet."""
    name = username or f"person-{next(_numbers)}"
    return User.objects.create(
        username=name,
        email=f"{name}@cafe.example",
        password=make_password(PASSWORD),
        is_staff=True,
        is_superuser=is_superuser,
    )


def a_staff(program: Program, role: str = "owner", *, username: str = "") -> Any:
    """A signed-in browser of somebody with this role; `.user` is who it is."""
    user = a_person(username=username)
    Membership.objects.create(user=user, program=program, role=Role(role))
    return signed_in(user)


def signed_in(user: User) -> Any:
    """A browser in which this person has just signed in."""
    from loyalty.access.staff.signing_in import note_sign_in

    browser: Any = Client()
    browser.force_login(user)
    session = browser.session
    note_sign_in(session, at=timezone.now())
    session.save()
    browser.user = user
    return browser
