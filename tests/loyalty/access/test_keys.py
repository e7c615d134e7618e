"""API keys: made, shown once, checked, rotated, revoked."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from loyalty.access.credentials import keys as spelling
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
from loyalty.programs.opening import Opening, open_program
from tests.world.access import Shop, a_page, a_shop
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
SOMEBODY = job("tests")


def a_trial():
    """A test programme, as the command line opens one."""
    opening = Opening(
        slug="trial", name="Trial", zone="Europe/Kyiv", currency="EUR", is_test=True, preset="blank"
    )
    return open_program(opening=opening, actor=SOMEBODY, at=timezone.now())[0]


def made(program, *, at=None, **wish):
    told = {"name": "storefront", "scopes": ["*"]} | wish
    return create_key(program=program, wish=Wish(**told), actor=SOMEBODY, at=at or timezone.now())


class TestSpelling:
    @pytest.mark.parametrize(
        ("kind", "is_test", "prefix"),
        [
            (KeyKind.SECRET, False, "wafa_sk_live_"),
            (KeyKind.SECRET, True, "wafa_sk_test_"),
            (KeyKind.PUBLISHABLE, False, "wafa_pk_"),
        ],
    )
    def test_is_prefix_32_random_and_6_check_characters(self, kind, is_test, prefix):
        """S-7."""
        text = spelling.fresh(kind=kind, is_test=is_test).text

        assert text.startswith(prefix)
        assert len(text) == len(prefix) + 38
        assert set(text.removeprefix(prefix)) <= set("0123456789abcdefghjkmnpqrstvwxyz")
        assert spelling.is_spelled_right(text)

    def test_tells_every_single_typing_error(self):
        """S-7: each of the 38 characters changed, and each neighbouring pair swapped."""
        text = spelling.fresh(kind=KeyKind.SECRET, is_test=False).text
        start = len("wafa_sk_live_")
        wrong = [
            text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
            for place in range(start, len(text))
        ]
        wrong += [
            text[:place] + text[place + 1] + text[place] + text[place + 2 :]
            for place in range(start, len(text) - 1)
            if text[place] != text[place + 1]
        ]

        assert [bad for bad in wrong if spelling.is_spelled_right(bad)] == []

    def test_a_typing_error_costs_no_query(self, django_assert_num_queries):
        """S-7."""
        shop = Shop("wafa_sk_live_" + "0" * 38)

        with django_assert_num_queries(0):
            answer = shop.get("/v1/members")

        assert answer.json()["code"] == "credential_invalid"

    def test_its_text_is_nowhere_in_the_table(self):
        """S-7: SHA-256, prefix and the last four are all that is kept."""
        text = made(a_program()).text

        row = ApiKey.objects.values().get()

        assert text not in str(row)
        assert (row["shown_prefix"], row["last_four"]) == ("wafa_sk_live_", text[-4:])


class TestAKey:
    def test_opens_its_own_programme(self):
        assert a_shop(a_program(), "members:read").get("/v1/members").status_code == 200

    def test_is_not_taken_after_its_end(self):
        """S-8."""
        cafe, now = a_program(), timezone.now()
        living = made(cafe, name="living", expires_at=now + timedelta(hours=1))
        dead = made(cafe, name="dead", expires_at=now - timedelta(seconds=1))

        answers = [Shop(key.text).get("/v1/members").status_code for key in (living, dead)]

        assert answers == [200, 401]

    @pytest.mark.parametrize(
        ("address", "status"),
        [("192.0.2.7", 200), ("192.0.3.7", 403), ("2001:db8::1", 200), ("2001:db9::1", 403)],
    )
    def test_works_only_from_its_addresses(self, address, status):
        """S-8."""
        key = made(a_program(), networks=["192.0.2.0/24", "2001:db8::/32"])

        answer = Shop(key.text).get("/v1/members", REMOTE_ADDR=address)

        assert answer.status_code == status

    @pytest.mark.parametrize(
        ("trusted", "forwarded", "status"),
        [
            ([], "192.0.2.7", 403),  # nobody is believed
            (["10.0.0.0/8"], "192.0.2.7", 200),
            (["10.0.0.0/8"], "192.0.2.7, 203.0.113.9", 403),  # the last hop before ours counts
            (["10.0.0.0/8"], "203.0.113.9, 192.0.2.7, 10.0.0.5", 200),
            (["10.0.0.0/8"], "not an address", 403),
        ],
    )
    def test_believes_forwarded_addresses_from_trusted_proxies_only(
        self, settings, trusted, forwarded, status
    ):
        """S-8."""
        settings.WAFA_TRUSTED_PROXIES = trusted
        key = made(a_program(), networks=["192.0.2.0/24"])

        answer = Shop(key.text).get(
            "/v1/members", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded}
        )

        assert answer.status_code == status

    def test_notes_the_hour_of_its_last_use_with_one_write_an_hour(self):
        """S-8."""
        shop = a_shop(a_program(), "members:read")
        shop.get("/v1/members")
        first = ApiKey.objects.get().last_used_at

        shop.get("/v1/members")

        assert ApiKey.objects.get().last_used_at == first
        assert (first.minute, first.second, first.microsecond) == (0, 0, 0)

    def test_of_a_test_programme_says_so_and_opens_no_live_one(self):
        """A key's prefix has to fit its programme, or it is not taken."""
        key = made(a_trial())
        ApiKey.objects.update(program=a_program())

        assert key.text.startswith("wafa_sk_test_")
        assert Shop(key.text).get("/v1/members").status_code == 401


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


def test_a_publishable_key_works_on_its_pages_only():
    """S-10: and an operation that is not opened to it stays closed there too."""
    page = a_page(a_program())

    here = page.get("/v1/members")
    page.origin = "https://elsewhere.example"
    elsewhere = page.get("/v1/members")

    assert here.json()["code"] == "credential_not_accepted"
    assert elsewhere.json()["code"] == "origin_not_allowed"
