"""Doors: codes that are chosen, what each side may see, share texts (R-6, R-12, R-45, R-49)."""

import json
import re

import pytest

from loyalty.foundation.wire import limiting
from loyalty.members.consenting import ConsentTold, note_consents
from loyalty.members.models import Member, MemberProfile
from loyalty.outbox.models import AnnouncedFact
from referrals.attribution.models import Referral
from tests.contracts.operations import TOKEN_ONLY
from tests.world.access import a_customer, a_shop
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    PLAN,
    a_cafe,
    a_friend,
    at,
    bought,
    changed_plan,
    code_of,
    returned,
    ticked,
)

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class TestCodes:
    def test_are_chosen_once_a_year_and_old_ones_keep_working(self):
        """R-6."""
        cafe = a_cafe()
        ada = Member.objects.get(external_id="ada")
        old = code_of(cafe)
        me = a_customer(cafe, ada.pk)

        chosen = me.patch("/v1/me/referral", {"code": "ada-tea"}, key="c1")
        again = me.patch("/v1/me/referral", {"code": "ada-milk"}, key="c2")

        assert (chosen.status_code, chosen.json()["code"]) == (200, "ADA-TEA")
        assert (again.status_code, again.json()["code"]) == (422, "code_refused")
        a_friend(cafe, code=old.text)
        a_friend(cafe, "anne", code="Ada Tea")
        assert {row.advocate.member_id for row in Referral.objects.all()} == {ada.pk}

    def test_that_look_alike_are_taken(self):
        """R-6."""
        cafe = a_cafe()
        boris = a_member(cafe, "boris")
        a_customer(cafe, Member.objects.get(external_id="ada").pk).patch(
            "/v1/me/referral", {"code": "SOL-TEA"}, key="c1"
        )

        answer = a_customer(cafe, boris.pk).patch("/v1/me/referral", {"code": "50LTEA"}, key="c2")

        assert (answer.status_code, answer.json()["code"]) == (422, "code_taken")

    def test_cannot_be_tried_at_full_speed(self, monkeypatch):
        """R-8: ten at once from one network, then one a second. All of them within one instant of the limit's clock."""
        monkeypatch.setattr(limiting.time, "time", lambda: 1_800_000_000.0)
        cafe = a_cafe()
        a_member(cafe, "grace")
        shop = a_shop(cafe)
        body = {
            "code": "AAAAAAAA",
            "friend": "ext:grace",
            "context": {"network_address": "192.0.2.9"},
        }

        answers = [shop.post("/v1/referrals", body, key=f"k{n}") for n in range(14)]

        codes = [answer.json()["code"] for answer in answers]
        assert codes == ["referral_code_unknown"] * 10 + ["referral_rate_limited"] * 4
        assert answers[-1].status_code == 429
        assert int(answers[-1]["Retry-After"]) >= 1
        assert not Referral.objects.exists()

    def test_of_a_paused_plan_are_closed(self):
        cafe = a_cafe()
        code, shop = code_of(cafe), a_shop(cafe)
        a_member(cafe, "grace")
        changed_plan(cafe, state="paused")

        answer = shop.post("/v1/referrals", {"code": code.text, "friend": "ext:grace"}, key="k")

        assert (answer.status_code, answer.json()["code"]) == (409, "referral_plan_closed")
        assert shop.get("/v1/members/ext:ada/referral").status_code == 404


class TestPrivacy:
    """R-45, R-49, acceptance 12."""

    SECRETS = ("Hopper", "Grace", "grace@", "order-1", "4500", "same_", "late_claim")

    def story(self):
        cafe = a_cafe()
        a_friend(
            cafe,
            code=code_of(cafe).text,
            first_name="Grace",
            last_name="Hopper",
            email="grace@navy.example",
        )
        bought(cafe)
        ticked(cafe, "12-04 09:00")
        return cafe, Member.objects.get(external_id="ada")

    def test_an_advocate_sees_a_number_a_month_and_a_word(self):
        cafe, ada = self.story()

        seen = a_customer(cafe, ada.pk).get("/v1/me/referral").json()

        assert seen["friends"] == [
            {
                "number": 1,
                "month": "2026-11",
                "state": "rewarded",
                "label": "Friend 1 · November · rewarded",
            }
        ]
        self.holds_no_secret(seen["friends"], seen["counts"], seen["brought_by"])

    def test_neither_do_the_export_nor_the_facts(self):
        cafe, ada = self.story()
        export = a_shop(cafe).get(f"/v1/members/{ada.shown_id}/export").json()
        facts = list(AnnouncedFact.objects.filter(name__startswith="referral").values_list("body"))

        self.holds_no_secret(export["referrals"], facts)
        assert export["referrals"]["friends"][0]["state"] == "rewarded"

    def test_nor_does_any_page_or_door_of_the_advocate(self):
        """Acceptance 12: everything that a member's own token can read, after the reward and after its reversal."""
        cafe, ada = self.story()
        friend, own = Member.objects.get(external_id="grace"), Referral.objects.get()
        me, shop = a_customer(cafe, ada.pk), a_shop(cafe)
        mine = [path for method, path in TOKEN_ONLY if method == "GET" and "{" not in path]
        assert "/v1/me/referral" in mine

        for state in ("approved", "reversed"):
            assert Referral.objects.get().state == state
            told_things = [me.get(path).json() for path in sorted(mine)]
            told_things.append(shop.get(f"/v1/members/{ada.shown_id}/entries").json())
            told_things.append(shop.get(f"/v1/members/{ada.shown_id}/export").json())
            text = json.dumps(told_things)
            secrets = (
                *self.SECRETS,
                friend.shown_id,
                str(friend.pk),
                str(own.order_id),
                "ext:grace",
            )
            assert [secret for secret in secrets if secret in text] == []
            returned(cafe, when="12-20 09:00")

    def holds_no_secret(self, *told_things):
        text = json.dumps(told_things, default=str)
        assert [secret for secret in self.SECRETS if secret in text] == []

    def test_a_friend_sees_a_first_name_only_with_consent(self):
        """R-12, R-49."""
        cafe, ada = self.story()
        MemberProfile.objects.filter(member=ada).update(first_name="Ada")
        me = a_customer(cafe, Member.objects.get(external_id="grace").pk)
        assert me.get("/v1/me/referral").json()["brought_by"]["first_name"] is None

        yes = ConsentTold(purpose="referral.name", is_given=True)
        note_consents(member=ada, told=[yes], actor=KEY, at=at("12-05 09:00"))

        assert me.get("/v1/me/referral").json()["brought_by"]["first_name"] == "Ada"


class TestShareTexts:
    def test_in_four_languages_each_with_the_link(self):
        """R-12, R-13: at most 280 characters, a QR code without a size of its own."""
        cafe = a_cafe(share_texts={"uk": "Ходімо на каву: {link} ({friend_reward})"})

        told_texts = a_shop(cafe).get("/v1/members/ext:ada/referral").json()

        assert set(told_texts["share_texts"]) == {"en", "ar", "fa", "uk"}
        assert all(told_texts["share_link"] in each for each in told_texts["share_texts"].values())
        assert all(len(each) <= 280 for each in told_texts["share_texts"].values())
        assert told_texts["share_texts"]["uk"].startswith("Ходімо на каву")
        assert re.match(r"<svg [^>]*viewBox", told_texts["qr_svg"])
        assert told_texts["qr_link"] == f"{told_texts['share_link']}?via=qr"

    @pytest.mark.parametrize(
        "text", ["Come along!", "{link} {price}", "{link} }{", "{link}" + "x" * 270]
    )
    def test_that_lead_nowhere_are_refused(self, text):
        cafe = a_cafe()
        answer = a_shop(cafe).put(
            "/v1/program",
            {
                "format": "wafa.program/1",
                "referral_plan": {"slug": "friends", "share_texts": {"en": text}},
            },
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "share_text_incomplete")


def test_what_a_key_may_not_inspect_stays_neutral():
    """R-45: one code for members and plain keys."""
    cafe = a_cafe(plans={**PLAN})
    shop = a_shop(cafe, "referrals:write", "referrals:read")

    answer = shop.post("/v1/referrals", {"code": code_of(cafe).text, "friend": "ext:ada"}, key="k")

    assert (answer.status_code, answer.json()["code"]) == (422, "referral_not_counted")
    assert Referral.objects.get().why == "same_member"
    again = shop.post("/v1/referrals", {"code": code_of(cafe).text, "friend": "ext:ada"}, key="k")
    assert again["Idempotent-Replayed"] == "true"
    assert again.json()["code"] == "referral_not_counted"
