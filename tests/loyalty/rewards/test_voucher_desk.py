"""Vouchers, gift cards, pools and batches at the desk (W-36, W-45, W-46, S-21, S-31)."""

import pytest
from django.utils import timezone

from loyalty.access.models import AuditRow
from loyalty.rewards.models import PoolCode, Voucher, VoucherBatch
from tests.world.access import a_staff
from tests.world.ledger import a_member
from tests.world.vouchers import PARTNER, PERCENT, a_cafe, a_card, issued, state_of

pytestmark = pytest.mark.django_db(transaction=True)
VOUCHERS = "/admin/loyalty/voucher/"


def page_of(answer):
    return answer.content.decode()


class TestLookingUp:
    def test_says_what_is_the_matter(self):
        """W-36: staff with the right to see the reason."""
        cafe = a_cafe()
        voucher = issued(cafe, to=a_member(cafe), at=timezone.now())
        desk = a_staff(cafe, "support")

        good = page_of(desk.post(f"{VOUCHERS}look-up/", {"code": voucher.code.lower()}))
        bad = page_of(desk.post(f"{VOUCHERS}look-up/", {"code": "7K3M-9QX2-WB4FX"}))

        assert "It is good." in good
        assert voucher.last_four in good
        assert voucher.code not in good
        assert "mistyped" in bad

    def test_is_for_those_with_the_right(self):
        """S-21"""
        cafe = a_cafe()

        assert a_staff(cafe, "till").get(f"{VOUCHERS}look-up/").status_code == 403

    def test_shows_a_code_after_the_password_and_notes_it(self):
        """S-31: a fresh sign-in, and an audit row."""
        cafe = a_cafe()
        voucher = issued(cafe, at=timezone.now())
        desk = a_staff(cafe, "support")

        answer = desk.get(f"{VOUCHERS}{voucher.id}/code/")

        assert voucher.code in page_of(answer)
        assert "data:image/svg+xml;base64," in page_of(answer)
        assert "no-store" in answer.headers["Cache-Control"]
        assert AuditRow.objects.filter(action="voucher.code_shown").count() == 1


class TestLists:
    def test_show_the_last_four_and_no_code(self):
        """S-31"""
        cafe = a_cafe()
        voucher, card = issued(cafe, at=timezone.now()), a_card(cafe, at=timezone.now())
        desk = a_staff(cafe, "owner")
        pages = [
            VOUCHERS,
            f"{VOUCHERS}{voucher.id}/change/",
            "/admin/loyalty/giftcard/",
            f"/admin/loyalty/giftcard/{card.id}/change/",
        ]

        told = [page_of(desk.get(page)) for page in pages]

        assert all("…" in page for page in told)
        assert not [page for page in told if voucher.code in page or card.code in page]
        assert "50.00 EUR" in told[3]

    def test_extend_and_cancel_by_the_rules(self):
        """W-30"""
        cafe = a_cafe()
        voucher = issued(cafe, at=timezone.now())
        desk = a_staff(cafe, "support")
        chosen = {"_selected_action": [str(voucher.id)], "reason": "kind"}

        desk.post(VOUCHERS, chosen | {"action": "extend_vouchers", "last_day": "2099-01-01"})
        extended = Voucher.objects.get().ends_at
        desk.post(VOUCHERS, chosen | {"action": "cancel_chosen"})

        assert extended.year in {2098, 2099}
        assert state_of(voucher) == "cancelled"


class TestPools:
    def test_take_pasted_codes(self):
        """W-46"""
        cafe = a_cafe(PARTNER, PERCENT)
        desk = a_staff(cafe, "manager")
        reward = PoolCode.reward.field.related_model.objects.get(slug="cinema")
        page = "/admin/loyalty/poolcode/add/"

        answer = desk.post(page, {"reward": str(reward.pk), "codes": "one\n\ntwo\none\n"})
        refused = desk.post(page, {"reward": str(reward.pk), "codes": "x" * 129})

        assert (answer.status_code, refused.status_code) == (302, 200)
        assert PoolCode.objects.count() == 2
        assert desk.get("/admin/loyalty/poolcode/").status_code == 200


class TestBatches:
    def test_are_asked_for_watched_and_fetched(self):
        """W-45"""
        cafe = a_cafe()
        desk = a_staff(cafe, "manager")
        reward = Voucher.revision.field.related_model.objects.get(reward__slug="ten-percent").reward
        asked = desk.post(
            "/admin/loyalty/voucherbatch/add/",
            {"reward": str(reward.pk), "count": 3, "name": "Fair"},
        )
        batch = VoucherBatch.objects.get()

        page = page_of(desk.get(asked.url))

        assert "0 of 3" in page.replace("\xa0", " ")
        assert desk.post(f"/admin/loyalty/voucherbatch/{batch.pk}/codes/").status_code == 302
        assert batch.fetched_at is None

    def test_large_ones_wait_for_a_second_person(self):
        """S-26"""
        cafe = a_cafe()
        desk = a_staff(cafe, "manager")
        reward = Voucher.revision.field.related_model.objects.get(reward__slug="ten-percent").reward

        told = {"reward": str(reward.pk), "count": 1001}
        answer = desk.post("/admin/loyalty/voucherbatch/add/", told, follow=True)

        assert "A second person must approve this" in page_of(answer)
        assert VoucherBatch.objects.count() == 0
