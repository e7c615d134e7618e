"""A new clerk finds a member by phone, explains a balance, adjusts it, and sees an approval, walking by links alone (U-24, U-41)."""

import re
from html import unescape

import pytest
from django.utils import translation
from django.utils.translation import gettext

from loyalty.access.approvals.models import Proposal
from loyalty.members.models import Member
from tests.world.access import a_shop, a_staff
from tests.world.earning import NOON, a_rule
from tests.world.events import an_order, taken
from tests.world.ledger import movements_of
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db

LINK = re.compile(r"<a [^>]*?href=\"([^\"]+)\"[^>]*>(.*?)</a>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
KEYS = ("0198c7f0-0000-7000-8000-000000000001", "0198c7f0-0000-7000-8000-000000000002")
TOLD = {"currency": "stars", "reason": "goodwill", "note": "The milk was off."}
PHONES = {"en": "+98 912-000 00 01", "fa": "+۹۸ ۹۱۲ ۰۰۰ ۰۰۰۱"}


class Clerk:
    """Somebody at the desk who reads one language and follows what the page offers."""

    def __init__(self, browser, language):
        self.browser, self.language = browser, language
        self.address, self.page = "", ""

    def opens(self, address, **sent):
        """Go there, or send a form; redirects are followed."""
        how = {"headers": {"Accept-Language": self.language}, "follow": True}
        post, get = self.browser.post, self.browser.get
        answer = post(address, sent, **how) if sent else get(address, **how)
        assert answer.status_code == 200, address
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        self.page = unescape(answer.content.decode())

    def follows(self, label):
        """Press the first link that says so in the clerk's language."""
        wanted = self.said(label)
        found = [
            href for href, text in LINK.findall(self.page) if TAG.sub("", text).strip() == wanted
        ]
        assert found, f"no link says {wanted!r}"
        self.opens(found[0])

    def said(self, text):
        with translation.override(self.language):
            return gettext(text)

    def reads(self, text):
        """Whether this stands on the page, in the clerk's language."""
        return self.said(text) in self.page


def a_cafe():
    """Ada has a phone, and bought coffee for 60.00 yesterday."""
    cafe = a_program(parts={"rules": [a_rule()]})
    a_shop(cafe).post("/v1/members", {"external_id": "ada", "phone": "+989120000001"}, key="ada")
    (outcome,) = taken(cafe, an_order(total=6000), at=NOON)
    assert outcome.refusal is None
    return cafe


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_clerk_and_a_balance(language):
    """Section 8 of the experience: without help, in two languages of different direction."""
    cafe = a_cafe()
    clerk = Clerk(a_staff(cafe, "support"), language)

    # By phone, as it is typed on that keyboard: the only one found opens at once.
    clerk.opens(f"/admin/search/?q={PHONES[language].replace('+', '%2B')}")
    assert "/admin/loyalty/member/" in clerk.address
    ada = clerk.address

    explains_the_balance(clerk)
    clerk.opens(ada)
    clerk.follows("Adjust points")
    adjusts_within_the_budget(clerk)
    asks_a_second_person(clerk, cafe)

    clerk.opens(ada)
    clerk.follows("Statement")
    assert "+6,000" in clerk.page
    assert member_moves() == [60, 50, 6_000]


def explains_the_balance(clerk):
    """The line of the statement leads to its explanation, and that to the event and every rule that looked at it."""
    clerk.follows("Statement")
    assert "+60" in clerk.page
    lines = [href for href, _text in LINK.findall(clerk.page)]
    clerk.opens(next(href for href in lines if re.search(r"/entry/[0-9a-f-]{36}/", href)))
    clerk.follows("The event and every rule that looked at it")
    assert "60.00 EUR" in clerk.page


def adjusts_within_the_budget(clerk):
    """What it comes to stands there first; then it is done, once for a double click."""
    form, told = clerk.address, TOLD | {"key": KEYS[0], "points": "50"}

    clerk.opens(form, **told, live="1")
    assert clerk.reads("Afterwards")
    assert "110" in clerk.page
    assert "2,000" in clerk.page
    assert member_moves() == [60]

    for _click in range(2):
        clerk.opens(form, **told)
    assert clerk.reads("Adjusted.")
    assert member_moves() == [60, 50]
    clerk.address = form


def asks_a_second_person(clerk, cafe):
    """More than one person may give: it says so before, waits where the clerk sees it, and somebody else approves."""
    form, told = clerk.address, TOLD | {"key": KEYS[1], "points": "6000"}

    clerk.opens(form, **told, live="1")
    assert clerk.reads("A second person must approve this.")
    assert not Proposal.objects.exists()
    clerk.opens(form, **told)
    assert clerk.reads("A second person must approve this. Nothing has moved yet.")
    assert member_moves() == [60, 50]

    clerk.opens("/admin/loyalty/proposal/")
    proposal = Proposal.objects.get()
    assert proposal.shown_id in clerk.page
    manager = Clerk(a_staff(cafe, "manager"), clerk.language)
    chosen = {"action": "approve_chosen", "_selected_action": str(proposal.pk), "index": "0"}
    manager.opens("/admin/loyalty/proposal/", **chosen)
    assert manager.reads("Approved and done.")


def test_support_sees_its_own_proposals_and_no_others():
    """U-24, S-21"""
    cafe = a_cafe()
    clerk, colleague = a_staff(cafe, "support"), a_staff(cafe, "support")
    member = Member.objects.get()
    address = f"/admin/loyalty/account/member/{member.pk}/adjust/"
    clerk.post(address, TOLD | {"key": KEYS[0], "points": "6000"})
    proposal = Proposal.objects.get()

    assert proposal.shown_id in clerk.get("/admin/loyalty/proposal/").content.decode()
    assert proposal.shown_id not in colleague.get("/admin/loyalty/proposal/").content.decode()


def member_moves():
    """Ada's movements, oldest first."""
    return movements_of(Member.objects.get())
