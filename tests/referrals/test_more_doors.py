"""Doors to referrals: listed, tried, appealed against, reopened, attached; and what a click costs (R-55, R-59)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.outbox.models import AnnouncedFact
from referrals.attribution.models import Referral, Touch
from referrals.guard.models import ReferralCheck
from tests.world.access import a_shop
from tests.world.members import a_member
from tests.world.referrals import (
    a_cafe,
    a_friend,
    bought,
    code_of,
    member_of,
    referral_of,
    told,
)

pytestmark = pytest.mark.django_db


class TestReferrals:
    """R-55: what else may be asked and told."""

    def test_are_listed_by_state_and_by_advocate(self):
        cafe = a_cafe()
        boris = a_member(cafe, "boris")
        for name, by in (("grace", "ada"), ("anne", "boris")):
            a_friend(cafe, name, code=code_of(cafe, by).text)
        bought(cafe)
        shop = a_shop(cafe)

        def found(query):
            rows = shop.get(f"/v1/referrals?{query}").json()["data"]
            return {row["friend"] for row in rows}

        grace, anne = (member_of(cafe, name).shown_id for name in ("grace", "anne"))
        assert found("") == {grace, anne}
        assert (found("state=pending"), found("state=joined")) == ({grace}, {anne})
        assert found("advocate=ext:ada") == found("advocate=ext:ada&state=pending") == {grace}
        assert found(f"advocate={boris.shown_id}") == {anne}
        assert found(f"advocate={code_of(cafe, 'boris').advocate.shown_id}") == {anne}

    @pytest.mark.parametrize(
        ("friend", "status", "code"),
        [("grace", 200, None), ("ada", 422, "referral_self"), ("anne", 409, "referral_exists")],
    )
    def test_a_dry_run_judges_and_keeps_nothing(self, friend, status, code):
        cafe = a_cafe()
        a_friend(cafe, "grace")
        a_friend(cafe, "anne", code=code_of(cafe).text)
        before = kept()

        answer = a_shop(cafe).post(
            "/v1/referrals?dry_run=true", {"code": code_of(cafe).text, "friend": f"ext:{friend}"}
        )

        assert (answer.status_code, answer.json().get("code")) == (
            status,
            code or answer.json().get("code"),
        )
        assert kept() == before

    def test_are_appealed_against_reopened_and_attached_to_who_really_brought_them(self):
        """R-44, R-55: each takes a key of its own, and told twice under it happens once."""
        cafe = a_cafe()
        a_member(cafe, "boris", email="boris@example.org")
        friend = a_friend(cafe, email="ada@example.org")
        a_friend(cafe, "anne", code=code_of(cafe).text)
        row, shop = told(cafe, friend, code_of(cafe).text).referral, a_shop(cafe)
        address = f"/v1/referrals/{row.shown_id}"
        words = {"words": "My husband and I share a mailbox."}
        assert shop.post(f"{address}/appeal", words).status_code == 400  # without a key

        for _twice in range(2):
            assert shop.post(f"{address}/appeal", words, key="a").status_code == 201
            reopened = shop.post(f"{address}/reopen", {"reason": "They do."}, key="r")
            assert (reopened.status_code, reopened.json()["state"]) == (200, "joined")

        address = f"/v1/referrals/{referral_of(cafe, 'anne').shown_id}"
        shop.post(f"{address}/reject", {"reason": "It was Boris."}, key="j")
        right = {"code": code_of(cafe, "boris").text, "reason": "Came with Boris."}
        attached = shop.post(f"{address}/attach", right, key="t")

        assert (attached.status_code, attached.json()["came_by"]) == (201, "staff")
        assert attached.json()["advocate_member"] == member_of(cafe, "boris").shown_id


def kept():
    """How many rows there are of everything that telling might leave."""
    return [model.objects.count() for model in (Referral, Touch, ReferralCheck, AnnouncedFact)]


class TestCost:
    """R-56, R-59: what a click costs."""

    def test_a_link_is_followed_in_five_statements_and_a_unit(self):
        cafe = a_cafe()
        shop, code = a_shop(cafe), code_of(cafe)
        self.follow(shop, code)
        shop.client.cookies.clear()

        with CaptureQueriesContext(connection) as queries:
            self.follow(shop, code)

        told = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
        assert len(told) == 5
        assert [each for each in told if not each.startswith("SELECT")] == told[-1:]  # the touch

    def follow(self, shop, code):
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        assert shop.client.get(f"/r/{code.text}", headers={"User-Agent": agent}).status_code == 302
