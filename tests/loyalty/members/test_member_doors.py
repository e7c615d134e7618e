"""The doors of the members room, held against the contract."""

import json

import pytest

from loyalty.foundation.models import IdempotencyRecord
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Consent, Member
from loyalty.outbox.models import AnnouncedFact
from tests.world.access import a_customer, a_page, a_shop
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

ADA = {
    "external_id": "ada",
    "email": "ada@example.org",
    "phone": "+44 20 7946 0000",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "birthday": "1815-12-10",
    "locale": "en-GB",
    "time_zone": "Europe/London",
    "joined_at": "2026-01-01T00:00:00+02:00",
    "card": "ADA 1",
    "attributes": {"milk": "oat"},
    "consents": [{"purpose": "mail", "given": True, "text_version": "1", "source": "till"}],
}


@pytest.fixture
def cafe():
    return a_program()


def everything():
    return [table.objects.count() for table in (Member, Consent, AnnouncedFact)]


class TestEnrolling:
    def test_shows_the_member(self, cafe):
        shop = a_shop(cafe, "members:write", "members:read")

        answer = shop.post("/v1/members", ADA)

        assert answer.status_code == 201
        body = answer.json()
        assert {name: body[name] for name in ("external_id", "status", "email", "birthday")} == {
            "external_id": "ada",
            "status": "active",
            "email": "ada@example.org",
            "birthday": "1815-12-10",
        }
        assert body["card"] == "ADA1"
        assert shop.get(f"/v1/members/{body['id']}").json() == body
        assert shop.get("/v1/members/ext:ada").json() == body
        consents = shop.get("/v1/members/ext:ada/consents").json()["data"]
        assert [(c["purpose"], c["given"]) for c in consents] == [("mail", True)]

    def test_honours_a_key_and_needs_none(self, cafe):
        """V-4: the external id counts once; a key brings the first answer again."""
        shop = a_shop(cafe)

        first = shop.post("/v1/members", ADA, key="k")
        again = shop.post("/v1/members", ADA, key="k")
        other = shop.post("/v1/members", ADA)

        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert (other.status_code, other.json()["code"]) == (409, "member_exists")
        assert other.json()["values"]["member"] == first.json()["id"]

    def test_keeps_no_personal_data_in_the_clear(self, cafe):
        """S-56: the kept answer of an idempotent call is sealed."""
        from tests.loyalty.members.test_leaving import rows_with

        a_shop(cafe).post("/v1/members", ADA, key="k")

        assert rows_with("ada@example.org") == []
        assert rows_with("Lovelace") == ["loyalty_memberprofile"]

    def test_keeps_no_answer_about_the_erased(self, cafe):
        """V-8: what a shop's key was answered about a person goes with the person; about others it stays."""
        shop = a_shop(cafe)
        ada = shop.post("/v1/members", ADA, key="ada").json()["id"]
        shop.post(
            f"/v1/members/{ada}/consents",
            {"consents": ADA["consents"]},
            key="yes",
        )
        shop.post("/v1/members", {"external_id": "grace"}, key="grace")

        shop.post(f"/v1/members/{ada}/erase", {}, key="gone")

        kept = [row.member_id for row in IdempotencyRecord.objects.order_by("kept_at")]
        assert kept == [Member.objects.get(external_id="grace").pk, None]

    def test_a_dry_run_leaves_nothing(self, cafe):
        """E-8: a rehearsal."""
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/members?dry_run=true", ADA)

        assert answer.status_code == 200
        assert everything() == before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("external_id", ""),
            ("external_id", "a/b"),
            ("external_id", "x" * 201),
            ("external_id", 5),
            ("email", "ada"),
            ("phone", "call me"),
            ("birthday", "2023-02-29"),
            ("birthday", "10-12-1815"),
            ("locale", "english please"),
            ("time_zone", "Mars/Olympus"),
            ("joined_at", "2026-01-01T00:00:00"),
            ("joined_at", "9999-12-31T23:59:59-12:00"),
            ("attributes", {"Milk": "oat"}),
            ("attributes", {"milk": {"kind": "oat"}}),
            ("attributes", {"milk": 1.5}),
            ("attributes", []),
            ("consents", [{"purpose": "mail"}]),
            ("consents", [{"purpose": "mail", "given": "yes"}]),
            ("balance", 1_000_000),
            ("status", "active"),
        ],
    )
    def test_refuses_what_it_cannot_keep(self, cafe, field, value):
        """S-4: unknown fields, read-only ones, and values of another shape are 400 with a pointer."""
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/members", ADA | {field: value})

        assert answer.status_code == 400
        assert any(e["pointer"].startswith(f"/{field}") for e in answer.json()["errors"])
        assert everything() == before


class TestOneMember:
    def test_changes_and_clears(self, cafe):
        shop = a_shop(cafe)
        shop.post("/v1/members", ADA)

        answer = shop.patch("/v1/members/ext:ada", {"first_name": "A.", "email": None})

        assert (answer.status_code, answer.json()["first_name"]) == (200, "A.")
        assert answer.json()["email"] is None
        assert answer.json()["last_name"] == "Lovelace"

    def test_moves_between_statuses(self, cafe):
        """S-59: restricted and back."""
        shop = a_shop(cafe)
        shop.post("/v1/members", ADA)

        told = [
            shop.post("/v1/members/ext:ada/status", {"status": status}).json()["status"]
            for status in ("restricted", "suspended", "active")
        ]

        assert told == ["restricted", "suspended", "active"]
        assert shop.post("/v1/members/ext:ada/status", {"status": "erased"}).status_code == 400

    def test_lists_in_pages(self, cafe):
        shop = a_shop(cafe)
        for name in ("ada", "grace", "joan"):
            a_member(cafe, name)

        first = shop.get("/v1/members?limit=2&with_total=true").json()
        rest = shop.get(f"/v1/members?limit=2&cursor={first['next']}").json()

        assert [m["external_id"] for m in first["data"] + rest["data"]] == ["joan", "grace", "ada"]
        assert (first["total"], rest["next"]) == (3, None)

    def test_exports_everything(self, cafe):
        """S-57: profile, consents, segments, events, and what other rooms put in."""
        shop = a_shop(cafe)
        shop.post("/v1/members", ADA)

        answer = shop.get("/v1/members/ext:ada/export")

        assert answer.headers["Content-Disposition"].startswith("attachment")
        told = answer.json()
        assert told["member"]["email"] == "ada@example.org"
        assert told["events"] == []
        assert [c["purpose"] for c in told["consents"]] == ["mail"]

    def test_gives_a_token_for_her_own_door(self, cafe):
        """S-11, S-12: the token works until the epoch rises."""
        shop = a_shop(cafe, "tokens:write", "members:write")
        ada = a_member(cafe)

        answer = shop.post(f"/v1/members/{ada.shown_id}/tokens", {})

        assert answer.status_code == 201
        customer = a_customer(cafe, ada.pk)
        customer.credential = answer.json()["token"]
        assert customer.get("/v1/members").status_code == 403
        Member.objects.filter(pk=ada.pk).update(status=MemberStatus.SUSPENDED)
        assert customer.get("/v1/members").status_code == 401


class TestStrangers:
    def test_foreign_unknown_and_malformed_ids_answer_alike(self, cafe):
        """S-2: equal bodies but for the request's id."""
        ada = a_member(a_program("other"), "ada")
        shop, bodies = a_shop(cafe), set()

        for told in (ada.shown_id, "ext:ada", "mem_" + "0" * 26, "nonsense", "ext:"):
            for call in (
                lambda path: shop.get(path),
                lambda path: shop.patch(path, {"first_name": "X"}),
                lambda path: shop.get(f"{path}/export"),
                lambda path: shop.post(f"{path}/tokens", {}),
                lambda path: shop.get(f"{path}/consents"),
                lambda path: shop.post(f"{path}/status", {"status": "suspended"}),
            ):
                answer = call(f"/v1/members/{told}")
                assert answer.status_code == 404
                bodies.add(json.dumps({**answer.json(), "request_id": ""}))

        assert len(bodies) == 1
        ada.refresh_from_db()
        assert ada.status == "active"

    def test_publishable_keys_stay_outside(self, cafe):
        """S-4, S-35: looking members up needs a secret key."""
        a_member(cafe)

        for path in ("/v1/members", "/v1/members/ext:ada", "/v1/members?email=a@example.org"):
            assert a_page(cafe).get(path).status_code == 403
