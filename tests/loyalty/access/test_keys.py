"""API keys: made, shown once, checked, rotated, revoked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.access.credentials import keys as spelling
from loyalty.access.issuing import (
    Wish,
    create_key,
)
from loyalty.access.kinds import KeyKind
from loyalty.access.models import ApiKey
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


def test_a_publishable_key_works_on_its_pages_only():
    """S-10: and an operation that is not opened to it stays closed there too."""
    page = a_page(a_program())

    here = page.get("/v1/members")
    page.origin = "https://elsewhere.example"
    elsewhere = page.get("/v1/members")

    assert here.json()["code"] == "credential_not_accepted"
    assert elsewhere.json()["code"] == "origin_not_allowed"
