"""A stolen session: the mail is changed, and yet nothing big is gone (S-12, S-19, S-20)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from loyalty.members.changing import REST
from loyalty.members.models import Member
from loyalty.rewards.models import Redemption
from portal.entry.models import PortalSession
from tests.portal.test_letters import sent
from tests.portal.visiting import a_browser, page_of
from tests.world.access import a_customer, a_shop
from tests.world.ledger import moving, parts_of, posted
from tests.world.members import a_member
from tests.world.rewards import a_cafe, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = timezone.now() - timedelta(days=400)


def code_in(letter):
    return re.search(r"^([0-9]{6})$", letter.body, re.MULTILINE)[1]


def taken(browser, cafe, reward, points):
    return browser.post(page_of(cafe, f"rewards/{reward}"), {"key": reward, "points": points})


def test_a_thief_changes_the_mail():
    cafe = a_cafe(a_reward("feast", price=5000), when=LONG_AGO)
    ada = a_member(cafe, "ada", email="ada@example.org")
    posted(moving(9000, of=ada, occurred_at=LONG_AGO), at=LONG_AGO)
    shop = a_shop(cafe)

    # Ada has just come in from her shop; somebody takes over that browser. She is signed in on her phone as well.
    stolen, phone = a_browser(ada), a_browser(ada)

    # The thief makes the mail come to a mailbox of their own.
    stolen.post(page_of(cafe, "me/email"), {"email": "eve@example.net"})
    (letter,) = sent()
    stolen.post(page_of(cafe, "me/email"), {"code": code_in(letter)})

    # Ada hears of it at the old mailbox, with what to do; her phone is signed out.
    notice = next(each for each in sent() if each.to == ["ada@example.org"])
    assert "tell your shop at once" in notice.body
    assert "eve@example.net" not in notice.body
    assert phone.get(page_of(cafe, ""))["Location"] == page_of(cafe, "ended")

    # The thief proves who they seem to be, by a code to the new mailbox, and reaches for the big reward: it rests.
    PortalSession.objects.update(entered_at=timezone.now() - timedelta(minutes=6))
    stolen.post(page_of(cafe, "me/confirm"), {"send": "yes"})
    (letter,) = sent()
    proved = stolen.post(page_of(cafe, "me/confirm"), {"code": code_in(letter)})
    refused = taken(stolen, cafe, "feast", "5000")
    assert (letter.to, proved.status_code) == (["eve@example.net"], 303)
    assert refused.status_code == 422
    assert "To be safe, what is costly waits until" in refused.text
    assert "Nothing was taken." in refused.text

    # So it does through the shop, and for an app.
    told = {"member": "ext:ada", "reward": "feast"}
    assert shop.post("/v1/redemptions", told, key="a").json()["code"] == "deeds_rest"
    app = a_customer(cafe, ada.pk, epoch=1)
    assert (
        app.post("/v1/me/redemptions", {"reward": "feast"}, key="a").json()["code"] == "deeds_rest"
    )
    assert (Redemption.objects.count(), parts_of(ada)) == (0, (9000, 0, 0, 0))

    # Ada calls her shop; it puts the mail back, which ends the thief's session too.
    assert shop.patch("/v1/members/ext:ada", {"email": "ada@example.org"}).status_code == 200
    assert stolen.get(page_of(cafe, ""))["Location"] == page_of(cafe, "ended")

    # Two days later she takes the reward herself.
    Member.objects.filter(pk=ada.pk).update(rests_until=timezone.now())
    ada.refresh_from_db()
    assert taken(a_browser(ada), cafe, "feast", "5000").status_code == 303
    assert timedelta(hours=48) == REST
