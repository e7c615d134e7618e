"""A stranger becomes a member by mail alone, in the customer's words; and a friend who was invited does."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from loyalty.members.models import Member
from loyalty.outbox.delivering import deliver_until_idle
from referrals.attribution.models import Referral
from referrals.attribution.visitors import COOKIE
from referrals.codes.issuing import code_of_member
from tests.architecture.reading import DOCS
from tests.journeys.test_the_docs_are_true import sent as sent_as_told
from tests.portal.visiting import page_of, the_form, the_seen
from tests.world.access import a_shop
from tests.world.earning import a_rule
from tests.world.members import a_member
from tests.world.portal import ADA, FORM, an_open_door, link_in, pressed, received, sent, the_link
from tests.world.programs import a_program
from tests.world.rewards import a_reward

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timezone.now() - timedelta(days=30)
GREETING = a_rule(
    "greeting",
    triggers=["member.enrolled"],
    effect={"kind": "fixed", "points": 50},
    unlock={"after": "P0D", "from": "safe_order"},
)
PLAN = {
    "slug": "friends",
    "touch_window": "P30D",
    "landing": "/p/corner-cafe/welcome",
    "friend_reward": {"kind": "points", "currency": "stars", "points": 100},
    "advocate_reward": {"kind": "points", "currency": "stars", "points": 200},
}


@pytest.fixture
def cafe():
    parts = {"rules": [a_rule(), GREETING], "rewards": [a_reward(price=40)], "referral_plan": PLAN}
    return an_open_door(parts=parts, at=LONG_AGO)


def test_a_stranger_joins_earns_and_redeems(cafe):
    """S-15, S-38, U-50: from the first page to a code, without script; points for joining wait for an order."""
    browser = Client(headers={"accept-language": "en"})
    first = browser.get(page_of(cafe, ""), follow=True)
    form = browser.get(re.search(r'href="(/p/corner-cafe/join)"', first.text)[1])
    asked = browser.post(form.wsgi_request.path, FORM, follow=True)
    pressed(link_in(sent()[0]), browser)
    deliver_until_idle(program_id=cafe.pk)
    home = the_seen(browser.get(page_of(cafe, "?joined")).text)

    assert "Join by mail" in first.text
    assert "A link is on its way to your mailbox." in asked.text
    assert "Hello, Ada!" in home
    assert "You are a member of Corner Café now." in home
    assert "On the way: 50" in home

    ada = Member.objects.get()
    told = a_shop(cafe).post("/v1/events", an_order(ada.shown_id), key="order-1")
    coffee = the_form(browser.get(page_of(cafe, "rewards/coffee")))
    taken = browser.post(page_of(cafe, "rewards/coffee"), coffee)

    assert told.status_code == 201, told.json()
    assert taken.status_code == 303
    assert 'class="code" dir="ltr"' in browser.get(taken["Location"]).text


def test_the_shop_finds_who_joined_and_tells_its_own_id(cafe):
    """api 2: whoever joined here has no external id until the shop tells one."""
    pressed(the_link(cafe))
    shop = a_shop(cafe)

    (found,) = shop.get(f"/v1/members?email={ADA}").json()["data"]
    told = shop.patch(f"/v1/members/{found['id']}", {"external_id": "customer-55"})

    assert found["external_id"] is None
    assert told.json()["external_id"] == "customer-55"
    assert shop.get("/v1/members/ext:customer-55").json()["id"] == found["id"]


@pytest.mark.parametrize("way", ["cookie", "address", "typed"])
def test_a_friend_is_brought_by_a_link_and_joins_here(cafe, way):
    """R-10, R-15, R-17: attributed as one whom the shop enrolled with the same code."""
    grace = a_member(cafe, "grace", at=LONG_AGO)
    code = code_of_member(program=cafe, member_id=grace.pk, at=timezone.now())
    browser = Client(headers={"accept-language": "en", "user-agent": "Mozilla/5.0"})
    landed = browser.get(f"/r/{code.text}")["Location"]
    if way != "cookie":
        del browser.cookies[COOKIE]
    welcome = browser.get(landed.partition("//")[2][landed.partition("//")[2].index("/") :])
    form = browser.get(re.search(r'href="(/p/corner-cafe/join[^"]*)"', welcome.text)[1])
    ref = re.search(r'name="ref" value="([^"]*)"', form.text)[1]
    told = {"ref": ref} if way != "typed" else {"code": code.text.lower()}

    browser.post(page_of(cafe, "join"), FORM | told)
    pressed(link_in(sent()[0]))  # on another device: what brought them came along
    deliver_until_idle(program_id=cafe.pk)

    referral = Referral.objects.select_related("touch").get()
    friend = Member.objects.exclude(pk=grace.pk).get()
    assert (referral.friend_id, referral.advocate_member_id) == (friend.pk, grace.pk)
    assert (referral.state, ref) == ("joined", code.text)
    assert referral.touch.kind == ("click" if way == "cookie" else "typed")


def test_joining_is_opened_as_the_page_says():
    """Every call of the how-to in its order."""
    cafe = a_program("cafe")
    shop = a_shop(cafe)
    page = (DOCS / "how-to" / "let-customers-join.md").read_text(encoding="utf-8")
    calls = re.findall(r"^ {4}curl (?:.+\n)+", page, flags=re.MULTILINE)

    answers = [sent_as_told(shop, call) for call in calls[:2]]
    assert [each.status_code for each in answers] == [200, 200], answers[0].json()
    pressed(the_link(cafe))
    found = sent_as_told(shop, calls[2])
    (member,) = found.json()["data"]
    told = sent_as_told(shop, calls[3].replace("MEMBER", member["id"]))

    assert told.json()["external_id"] == "customer-55"
    assert received(cafe, joining=False).differences


def an_order(member):
    return {
        "type": "order.paid",
        "member": member,
        "source": "shop",
        "source_id": "order-1",
        "data": {"order_id": "order-1", "currency": "EUR", "total": 6000},
    }
