"""API keys: made, rotated, revoked, and asked for by a command."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from loyalty.access.issuing import (
    KeyGone,
    KeyNotPossible,
    Wish,
    create_key,
    ensure_key,
    is_origin,
    revoke_key,
    rotate_key,
)
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey, AuditRow
from loyalty.foundation.actors import job
from tests.world.access import Shop, a_shop
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
SOMEBODY = job("tests")


def made(program, *, at=None, **wish):
    told = {"name": "storefront", "scopes": ["*"]} | wish
    return create_key(program=program, wish=Wish(**told), actor=SOMEBODY, at=at or timezone.now())


class TestMaking:
    @pytest.mark.parametrize(
        "wish",
        [
            {"scopes": []},
            {"scopes": ["members"]},
            {"scopes": ["members:read; drop"]},
            {"networks": ["192.0.2.0/99"]},
            {"networks": ["shop.example"]},
            {"origins": ["https://shop.example"]},  # a secret key has no origins
            {"kind": KeyKind.PUBLISHABLE},  # and a publishable one has to have them
            {"kind": KeyKind.PUBLISHABLE, "origins": ["https://*.example"]},
            {"kind": KeyKind.PUBLISHABLE, "origins": ["https://shop.example/path"]},
            {"kind": KeyKind.PUBLISHABLE, "origins": ["http://shop.example"]},
        ],
    )
    def test_refuses_what_cannot_be_and_makes_nothing(self, wish):
        with pytest.raises(KeyNotPossible):
            made(a_program(), **wish)

        assert not ApiKey.objects.exists()
        assert not AuditRow.objects.filter(action="keys.create").exists()

    @pytest.mark.parametrize(
        ("text", "fits"),
        [
            ("https://shop.example", True),
            ("https://shop.example:8443", True),
            ("http://127.0.0.1:3000", True),
            ("http://localhost", True),
            ("https://", False),
            ("null", False),
            ("https://SHOP.example", False),
            ("https://shop.example/", False),
            ("https://user@shop.example", False),
        ],
    )
    def test_takes_origins_as_browsers_send_them(self, text, fits):
        assert is_origin(text) is fits

    def test_the_same_name_again_makes_no_second_key(self):
        cafe, now = a_program(), timezone.now()
        wish = Wish(name="storefront", scopes=["*"])

        first = ensure_key(program=cafe, wish=wish, actor=SOMEBODY, at=now)
        again = ensure_key(program=cafe, wish=wish, actor=SOMEBODY, at=now)

        assert again.key == first.key
        assert (first.text is None, again.text) == (False, None)


class TestRotating:
    def test_lets_the_old_key_live_on_for_24_hours(self):
        """S-9."""
        cafe, now = a_program(), timezone.now()
        old = made(cafe)

        new = rotate_key(key=old.key, actor=SOMEBODY, at=now)

        old.key.refresh_from_db()
        assert old.key.expires_at == now + timedelta(hours=24)
        assert [Shop(key.text).get("/v1/members").status_code for key in (old, new)] == [200, 200]

    def test_makes_the_same_key_again_with_another_text(self):
        old = made(a_program(), scopes=["members:read"], networks=["127.0.0.0/8"])

        new = rotate_key(key=old.key, actor=SOMEBODY, at=timezone.now())

        assert new.text != old.text
        assert (new.key.name, new.key.scopes, new.key.networks) == (
            "storefront",
            ["members:read"],
            ["127.0.0.0/8"],
        )

    def test_refuses_a_key_that_was_rotated_already(self):
        """key_is_replaced_once: a one-to-one column stands behind it."""
        old = made(a_program())
        rotate_key(key=old.key, actor=SOMEBODY, at=timezone.now())

        with pytest.raises(KeyGone):
            rotate_key(key=old.key, actor=SOMEBODY, at=timezone.now())

        assert ApiKey.objects.count() == 2

    def test_refuses_a_revoked_key(self):
        old = made(a_program())
        revoke_key(key=old.key, actor=SOMEBODY, at=timezone.now())

        with pytest.raises(KeyGone):
            rotate_key(key=old.key, actor=SOMEBODY, at=timezone.now())

        assert ApiKey.objects.count() == 1


def test_a_revoked_key_is_dead_with_the_next_request():
    """S-9: no process keeps keys in memory, so there is nothing to wait for."""
    shop = a_shop(a_program(), "members:read")
    assert shop.get("/v1/members").status_code == 200

    revoke_key(key=shop.key, actor=SOMEBODY, at=timezone.now())

    assert shop.get("/v1/members").status_code == 401
    assert AuditRow.objects.filter(action="keys.revoke").count() == 1


class TestTheCommand:
    def tell(self, *told):
        out = io.StringIO()
        call_command(
            "create_key", "--program", "corner-cafe", "--name", "till", *told, "--json", stdout=out
        )
        return json.loads(out.getvalue())

    def test_prints_the_key_once(self):
        a_program()

        first, again = self.tell("--scopes", "*"), self.tell("--scopes", "*")

        assert Shop(first["key"]).get("/v1/members").status_code == 200
        assert (first["already_there"], again["already_there"]) == (False, True)
        assert (again["id"], again["key"]) == (first["id"], None)

    def test_rotates_on_demand(self):
        a_program()
        first = self.tell("--scopes", "members:read,events:write")

        second = self.tell("--scopes", "*", "--rotate")

        assert second["key"] != first["key"]
        assert second["scopes"] == ["events:write", "members:read"]

    def test_refuses_an_unknown_programme(self):
        with pytest.raises(CommandError):
            self.tell("--scopes", "*")
