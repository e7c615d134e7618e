"""A gift card's number and PIN are money: they are shown to whoever has proved who they are (S-19)."""

import pytest
from django.utils import timezone

from loyalty.rewards.showing.mine import redemption_of
from portal.entry.framing import confirmed_token
from portal.entry.models import TicketKind
from tests.portal.test_confirming import LONG_AGO
from tests.portal.visiting import a_browser, a_frame, page_of
from tests.world.access import Shop, a_customer
from tests.world.rewards import a_cafe, a_gift_card, a_guest, a_reward, got

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_cafe(a_gift_card(1000), a_reward("coffee", price=10), when=LONG_AGO)


@pytest.fixture
def ada(cafe):
    return a_guest(cafe, 500, when=LONG_AGO)


@pytest.fixture
def card(cafe, ada):
    """Taken a moment ago; `code` and `pin` as its holder knows them."""
    row = got(ada, "card", when=timezone.now()).redemption
    _row_id, view = redemption_of(
        program=cafe, member_id=ada.pk, told=row.shown_id, at=timezone.now(), is_confirmed=True
    )
    return view["id"], view["voucher"]


def proved(member):
    return confirmed_token(member=member, at=timezone.now()).token


def shows(page, voucher):
    """Whether number, PIN and picture stand on the page; all or none of them."""
    seen = {voucher["code"] in page, f">{voucher['pin']}<" in page, 'class="qr"' in page}
    assert len(seen) == 1
    assert voucher["last_four"] in page
    return seen.pop()


class TestAGiftCard:
    def test_is_covered_on_a_page_until_it_is_sure_who_looks(self, cafe, ada, card):
        """S-19: a mailed link is not enough, an entry from the shop a moment ago is; the way to a proof leads back."""
        shown_id, voucher = card
        address = page_of(cafe, f"mine/{shown_id}")
        by_mail, by_shop = a_browser(ada, kind=TicketKind.LINK), a_browser(ada)

        covered, open_to_all = by_mail.get(address).text, by_shop.get(address).text

        assert (shows(covered, voucher), shows(open_to_all, voucher)) == (False, True)
        assert f"{page_of(cafe, 'me/confirm')}?next={address}" in covered
        assert "•••• " not in open_to_all

    def test_is_covered_in_the_frame(self, cafe, ada, card):
        """S-18, S-19."""
        shown_id, voucher = card
        address = f"/w/{cafe.slug}/mine/{shown_id}"

        pages = [a_frame(ada).get(address), a_frame(ada, token=proved(ada)).get(address)]

        assert [shows(each.text, voucher) for each in pages] == [False, True]

    def test_is_covered_on_the_wire(self, cafe, ada):
        """S-19: as it is taken, told again, and read; proved, each tells it."""
        app, sure = a_customer(cafe, ada.pk), Shop(proved(ada))
        taken = app.post("/v1/me/redemptions", {"reward": "card"}, key="a").json()
        address = f"/v1/me/redemptions/{taken['id']}"
        again = app.post("/v1/me/redemptions", {"reward": "card"}, key="a").json()

        read, told = app.get(address).json(), sure.get(address).json()

        for each in (taken, again, read):
            assert (each["voucher"]["code"], each["vouchers"][0]["pin"]) == (None, None)
            assert each["voucher"]["last_four"]
        assert len(told["voucher"]["pin"]) == 6
        assert told["voucher"]["code"].replace("-", "").endswith(taken["voucher"]["last_four"])

    def test_covers_nothing_else(self, cafe, ada):
        """S-19: a voucher's code is shown to its owner; somebody else's redemption is nowhere."""
        app, grace = a_customer(cafe, ada.pk), a_guest(cafe, 0, name="grace", when=LONG_AGO)
        taken = app.post("/v1/me/redemptions", {"reward": "coffee"}, key="a").json()
        address = f"/v1/me/redemptions/{taken['id']}"

        assert app.get(address).json()["voucher"]["code"] == taken["voucher"]["code"]
        assert taken["voucher"]["code"]
        assert a_customer(cafe, grace.pk).get(address).status_code == 404
