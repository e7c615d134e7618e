"""The catalogue's editor, redemptions to hand over, and goodwill, as staff meet them in the admin (W-25, W-72)."""

import pytest

from loyalty.rewards.models import Redemption, Reward
from tests.world.access import a_staff
from tests.world.ledger import movements_of
from tests.world.programs import a_program
from tests.world.rewards import NOON, a_cafe, a_guest, a_perk, a_reward, got, left_of, reward_of

pytestmark = pytest.mark.django_db

LIST = "/admin/loyalty/redemption/"
FORM = {
    "slug": "tea",
    "kind": "free_product",
    "name_en": "Free tea",
    "name_fa": "چای رایگان",
    "text_en": "Any size.",
    "price_stars": "80",
    "stock": "5",
    "valid_for": "P30D",
    "rest": '{"terms": {"skus": ["TEA-1"]}, "limits": [{"times": 1, "period": "day"}]}',
}


class TestEditor:
    def test_previews_in_every_language_and_direction(self):
        """U-68: four languages, two directions; nothing is kept."""
        browser = a_staff(a_program())

        page = browser.post("/admin/loyalty/reward/add/", FORM | {"preview": "1"})

        cards = {card.language: card for card in page.context["cards"]}
        assert {code: card.direction for code, card in cards.items()} == {
            "en": "ltr",
            "ar": "rtl",
            "fa": "rtl",
            "uk": "ltr",
        }
        assert (cards["fa"].name, cards["fa"].is_fallback) == ("چای رایگان", False)
        assert (cards["uk"].name, cards["uk"].is_fallback) == ("Free tea", True)
        assert not Reward.objects.exists()

    def test_keeps_a_draft_then_publishes(self):
        """W-1."""
        cafe = a_program()
        browser = a_staff(cafe)

        browser.post("/admin/loyalty/reward/add/", FORM | {"keep": "1"})
        assert reward_of(cafe, "tea").state == "draft"
        browser.post(
            "/admin/loyalty/reward/",
            {"action": "publish_drafts", "_selected_action": [str(reward_of(cafe, "tea").pk)]},
        )

        assert (reward_of(cafe, "tea").state, left_of(cafe, "tea")) == ("live", 5)
        definition = reward_of(cafe, "tea").revisions.get().definition
        assert definition["prices"] == [{"currency": "stars", "points": 80}]
        assert definition["limits"] == [{"times": 1, "period": "day"}]

    def test_starts_a_new_revision_from_the_newest(self):
        """W-1: what it shows is what is live."""
        cafe = a_cafe(a_reward(stock=5))
        browser = a_staff(cafe)
        address = f"/admin/loyalty/reward/{reward_of(cafe).pk}/draft/"

        form = browser.get(address).context["form"]
        told = {"slug": "coffee", "kind": "free_product", "price_stars": "120", "stock": "5"}
        rest = '{"terms": {"skus": ["COF-1"]}}'
        browser.post(address, told | {"name_en": "Coffee", "rest": rest, "publish": "1"})

        assert form["price_stars"].value() == 100
        assert form["stock"].value() == 5
        assert reward_of(cafe).revisions.count() == 2
        assert str(reward_of(cafe)) == "Coffee"

    def test_shows_a_refusal_and_keeps_nothing(self):
        """U-13: what is wrong stands on the page."""
        browser = a_staff(a_program())

        page = browser.post("/admin/loyalty/reward/add/", FORM | {"rest": "{}", "keep": "1"})

        assert "/terms/skus" in page.content.decode()
        assert not Reward.objects.exists()

    def test_opens_for_who_may_write_only(self):
        """S-21."""
        cafe = a_cafe()

        assert a_staff(cafe, "analyst").get("/admin/loyalty/reward/").status_code == 200
        assert a_staff(cafe, "analyst").get("/admin/loyalty/reward/add/").status_code == 403


class TestRedemptions:
    def test_are_handed_over_by_the_till(self):
        """W-25."""
        cafe = a_cafe(a_perk(fulfilment="by_hand"))
        row = got(a_guest(cafe), "lounge").redemption
        till = a_staff(cafe, "till")
        assert till.get(f"{LIST}?is_waiting__exact=1").context["cl"].result_count == 1

        till.post(LIST, {"action": "hand_over", "_selected_action": [str(row.pk)]})

        assert Redemption.objects.get().state == "fulfilled"

    def test_are_handed_over_on_their_own_page_and_seen_there(self):
        """W-25: whoever opened one need not look for it in the list again; handed over once, it offers nothing more."""
        cafe = a_cafe(a_perk(fulfilment="by_hand"))
        page = f"{LIST}{got(a_guest(cafe), 'lounge').redemption.pk}/change/"
        till = a_staff(cafe, "till")
        assert 'value="hand_over"' in till.get(page).content.decode()
        assert 'value="hand_over"' not in a_staff(cafe, "auditor").get(page).content.decode()

        chosen = [str(Redemption.objects.get().pk)]
        told = {"action": "hand_over", "from_page": "1", "index": "0", "_selected_action": chosen}
        done = till.post(LIST, told)

        assert (done.status_code, done["Location"]) == (302, page)
        assert Redemption.objects.get().state == "fulfilled"
        assert 'value="hand_over"' not in till.get(page).content.decode()

    def test_are_cancelled_with_a_reason(self):
        """W-24: by staff at any time."""
        cafe = a_cafe()
        ada = a_guest(cafe)
        row = got(ada).redemption

        told = {"action": "cancel_redemptions", "reason": "A slip.", "_selected_action": [str(row.pk)]}  # fmt: skip
        a_staff(cafe, "support").post(LIST, told)

        assert Redemption.objects.get().state_reason == "A slip."
        assert movements_of(ada) == [1000, -100, 100]

    def test_show_no_code(self):
        """W-34: the last four, for looking it up."""
        cafe = a_cafe()
        handed = got(a_guest(cafe))

        page = a_staff(cafe).get(f"{LIST}{handed.redemption.pk}/change/").content.decode()

        assert handed.vouchers[0].last_four in page
        assert handed.vouchers[0].code not in page


class TestMember:
    def told(self, **rest):
        return {"reward": "coffee", "quantity": "1", "reason": "goodwill", "note": "Cold.", "key": KEY} | rest  # fmt: skip

    def test_page_says_what_they_can_have(self):
        """W-14."""
        cafe = a_cafe(a_reward(price=2000), ladder=True, when=NOON)
        ada = a_guest(cafe, 0)

        page = a_staff(cafe, "support").get(f"{LIST}member/{ada.pk}/")

        (view,) = page.context["catalogue"]
        assert view["missing"] == 2000
        assert page.context["budget"] == {"limit": 2000, "used": 0, "left": 2000}

    def test_gets_a_gift_once_for_a_double_click(self):
        """W-72."""
        cafe = a_cafe()
        ada, support = a_guest(cafe, 0), a_staff(cafe, "support")

        for _time in range(2):
            support.post(f"{LIST}member/{ada.pk}/", self.told())

        row = Redemption.objects.get()
        assert (row.origin, row.reason, row.note) == ("gift", "goodwill", "Cold.")

    def test_gets_nothing_without_a_note_or_from_others(self):
        """W-72, S-21."""
        cafe = a_cafe()
        ada = a_guest(cafe, 0)

        a_staff(cafe, "support").post(f"{LIST}member/{ada.pk}/", self.told(note=""))
        assert a_staff(cafe, "auditor").post(f"{LIST}member/{ada.pk}/", self.told()).status_code == 403  # fmt: skip
        assert a_staff(cafe, "till").get(f"{LIST}member/{ada.pk}/").status_code == 403

        assert not Redemption.objects.exists()

    def test_of_another_programme_is_not_there(self):
        """S-2."""
        ada = a_guest(a_cafe(), 0)

        answer = a_staff(a_cafe(slug="other")).get(f"{LIST}member/{ada.pk}/")

        assert answer.status_code == 404


KEY = "019360a0-0000-7000-8000-000000000001"
