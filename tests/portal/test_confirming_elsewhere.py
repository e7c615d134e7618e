"""Proving who one is without a session of ours: in a storefront's frame, and in an app (S-18, S-19)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.access import tokens
from loyalty.rewards.models import Redemption
from portal.entry.framing import confirmed_token
from tests.portal.test_confirming import ada, asked, browser, cafe, other_than
from tests.portal.test_letters import sent
from tests.portal.visiting import a_frame
from tests.world.access import Shop, a_customer

__all__ = ["ada", "browser", "cafe"]
pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


class TestInTheFrame:
    def test_the_token_says_it_for_five_minutes(self, cafe, ada):
        """S-18, S-19: there is no session; the next token carries it, and ends with the member's epoch."""
        frame = a_frame(ada)
        address = "/w/corner-cafe/me/confirm"
        refused = frame.post("/w/corner-cafe/rewards/feast", {"key": "a", "points": "2001"})
        frame.post(address, {"send": "yes"})
        code = re.search(r"^([0-9]{6})$", sent()[0].body, re.MULTILINE)[1]

        page = frame.post(address, {"code": code, "next": "/w/corner-cafe/rewards/feast"}).text

        token = re.search(r'data-token="([^"]+)"', page)[1]
        proved = a_frame(ada, token=token)
        done = proved.post("/w/corner-cafe/rewards/feast", {"key": "b", "points": "2001"})
        assert (refused.status_code, done.status_code) == (422, 303)
        assert 'href="/w/corner-cafe/rewards/feast"' in page
        assert Redemption.objects.count() == 1

    def test_a_session_and_a_frame_do_not_share_codes(self, cafe, ada, browser):
        """S-19: asked for here, of no use there."""
        code = asked(browser, cafe)

        page = a_frame(ada).post("/w/corner-cafe/me/confirm", {"code": code})

        assert page.status_code == 422
        assert "data-token" not in page.text

    def test_such_a_token_lives_for_five_minutes(self, ada):
        """S-11, S-19."""
        issued = confirmed_token(member=ada, at=NOW)

        told = tokens.read(issued.token, at=NOW + timedelta(minutes=5, seconds=59))
        assert told.scopes == {"me", "confirmed"}
        with pytest.raises(tokens.TokenRefused):
            tokens.read(issued.token, at=NOW + timedelta(minutes=6, seconds=1))


class TestOnTheWire:
    def test_an_app_proves_it_and_redeems(self, cafe, ada):
        """S-19: 403 without; a code asked for, told, and its token takes the reward. The first token stays what it was."""
        app, dear = a_customer(cafe, ada.pk), {"reward": "feast", "expected_points": 2001}
        refused = app.post("/v1/me/redemptions", dear, key="a")
        before = Redemption.objects.count()
        asked_for = app.post("/v1/me/confirmation", {}, key="b")
        code = re.search(r"^([0-9]{6})$", sent()[0].body, re.MULTILINE)[1]
        slip = app.post("/v1/me/confirmation/code", {"code": other_than(code)})
        proved = app.post("/v1/me/confirmation/code", {"code": code})

        taken = Shop(proved.json()["token"]).post("/v1/me/redemptions", dear, key="c")

        assert (refused.status_code, refused.json()["code"]) == (403, "step_up_needed")
        assert (before, asked_for.status_code) == (0, 202)
        assert (slip.status_code, slip.json()["code"]) == (422, "code_not_usable")
        assert (taken.status_code, taken.json()["points"]) == (201, 2001)
        assert taken.json()["voucher"]["code"]
        again = app.post("/v1/me/redemptions", dear, key="d")
        assert again.json()["code"] == "step_up_needed"
        assert Redemption.objects.count() == 1

    def test_a_member_takes_what_is_cheap_once(self, cafe, ada):
        """W-22, V-4: for oneself alone; a dry run takes nothing, a repeated call counts once and tells the code again."""
        app, cheap = a_customer(cafe, ada.pk), {"reward": "dinner"}
        tried = app.post("/v1/me/redemptions?dry_run=true", cheap)
        before = Redemption.objects.count()

        first, again = (app.post("/v1/me/redemptions", cheap, key="a") for _ in range(2))

        assert (tried.status_code, before) == (200, 0)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["vouchers"] == again.json()["vouchers"]
        assert (first.json()["member"], Redemption.objects.count()) == (ada.shown_id, 1)
        foreign = app.post("/v1/me/redemptions", {**cheap, "member": "ext:grace"}, key="b")
        assert foreign.status_code == 400
