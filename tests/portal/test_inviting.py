"""Inviting: the code and link, friends as numbers, a code of one's own, and a lost invitation."""

import re

import pytest
from django.utils import timezone

from referrals.attribution.models import Referral
from referrals.qualification.deciding import reject_by_hand
from tests.portal.visiting import a_browser, asked, page_of
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.referrals import (
    a_cafe,
    a_friend,
    a_staff_actor,
    at,
    bought,
    code_of,
    member_of,
    referral_of,
    returned,
    ticked,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    return a_cafe()


def test_shows_code_link_and_words(cafe):
    """R-8, R-13: in the reader's language first."""
    code = code_of(cafe).text

    text = a_browser(member_of(cafe, "ada"), language="uk").get(page_of(cafe, "invite")).text

    assert f'<p class="code" dir="ltr">{code}</p>' in text
    assert f"/r/{code}" in text
    assert '<p class="words" lang="uk"' in text
    assert "<svg" in text


def test_friends_are_numbers(cafe):
    """R-49: no name, no mail of a friend."""
    a_friend(cafe, code=code_of(cafe).text, first_name="Grace", email="grace@example.org")

    text = a_browser(member_of(cafe, "ada")).get(page_of(cafe, "invite")).text

    assert "Friend 1 · November · " in text
    assert "Grace" not in text
    assert "grace@" not in text


@pytest.mark.parametrize(
    ("language", "month"),
    [("en", "November"), ("ar", "نوفمبر"), ("fa", "آبان"), ("uk", "листопад")],
)
def test_a_friends_month_is_of_the_readers_calendar(cafe, language, month):
    """U-66."""
    a_friend(cafe, code=code_of(cafe).text)

    text = a_browser(member_of(cafe, "ada"), language=language).get(page_of(cafe, "invite")).text

    assert f" · {month} · ".casefold() in text.casefold()


def test_costs_the_same_however_many_friends_there_are(cafe):
    """U-51: one question for each thing, whoever came, and by whom one came oneself."""
    ada, counts = member_of(cafe, "ada"), []
    for name in ("grace", "joan"):
        a_friend(cafe, name, code=code_of(cafe).text, first_name=name.title())
        counts.append(asked(a_browser(ada), page_of(cafe, "invite")))
    counts.append(asked(a_browser(member_of(cafe, "grace")), page_of(cafe, "invite")))

    assert counts[0] == counts[1]
    assert max(counts) <= 12, counts


@pytest.mark.parametrize("end", ["joined", "waiting", "rewarded", "returned", "stopped"])
def test_advocates_see_a_number_and_a_month(cafe, end):
    """R-49, acceptance 12: whatever became of it: no name, mail, id, order, amount spent or reason, on any page of hers."""
    who = {"first_name": "Grace", "last_name": "Hopper", "email": "grace@example.net"}
    friend = a_friend(cafe, code=code_of(cafe).text, **who)
    if end != "joined":
        bought(cafe, total=4567, order_id="secret-order-7")
    if end in {"rewarded", "returned"}:
        ticked(cafe, "12-04 09:00")
    if end == "returned":
        returned(cafe, order_id="secret-order-7", when="12-20 10:00")
    row = referral_of(cafe)
    if end == "stopped":
        reject_by_hand(
            program=cafe,
            referral_id=row.pk,
            reason="looks like a cousin",
            actor=a_staff_actor(),
            at=at("11-21 09:00"),
        )
    browser = a_browser(member_of(cafe, "ada"))

    pages = [browser.get(page_of(cafe, name)).text for name in ("invite", "", "statement")]

    assert "Friend 1 · November · " in pages[0]
    secrets = (
        *who.values(),
        "secret-order",
        "45.67",
        "4567",
        "cousin",
        "by_staff",
        "order_returned",
        "ext:grace",
        friend.shown_id,
        str(friend.pk),
        row.shown_id,
    )
    assert [
        (place, each) for place, page in enumerate(pages) for each in secrets if each in page
    ] == []


def test_from_the_invitation_to_the_reward(cafe):
    """U-54, R-21: joined, waiting, rewarded; the points are on the statement."""
    browser = a_browser(member_of(cafe, "ada"))
    a_friend(cafe, code=code_of(cafe).text)
    joined = browser.get(page_of(cafe, "invite")).text
    bought(cafe)
    waiting = browser.get(page_of(cafe, "invite")).text

    ticked(cafe, "2027-01-30 08:00")

    rewarded = browser.get(page_of(cafe, "invite")).text
    told = [
        re.search(r"Friend 1 · November · (\w+)", each)[1] for each in (joined, waiting, rewarded)
    ]
    assert told == ["joined", "waiting", "rewarded"]
    assert "+500" in browser.get(page_of(cafe, "statement")).text


def test_a_code_of_ones_own(cafe):
    browser = a_browser(member_of(cafe, "ada"))

    kept = browser.post(page_of(cafe, "invite/code"), {"code": "ADALOVES"})
    again = browser.post(page_of(cafe, "invite/code"), {"code": "ADA2"})

    assert kept.status_code == 303
    assert again.status_code == 422
    assert 'value="ADA2"' in again.text
    assert "ADALOVES" in browser.get(page_of(cafe, "invite")).text


def test_a_lost_invitation_is_claimed(cafe):
    """R-20: once, and one neutral word for what does not count."""
    a_friend(cafe, joined=timezone.now())
    browser = a_browser(member_of(cafe, "grace"))

    wrong = browser.post(page_of(cafe, "invite/claim"), {"code": "NOBODYS1"})
    none = Referral.objects.count()
    kept = browser.post(page_of(cafe, "invite/claim"), {"code": code_of(cafe).text})

    assert (wrong.status_code, none) == (422, 0)
    assert 'value="NOBODYS1"' in wrong.text
    assert kept["Location"] == page_of(cafe, "invite?claimed")
    assert Referral.objects.get().advocate_member_id == member_of(cafe, "ada").pk
    assert "Your invitation is noted." in browser.get(kept["Location"]).text


def test_without_a_plan_there_is_no_page():
    plain = a_program("plain")
    ada = a_member(plain, "ada")
    browser = a_browser(ada)

    assert browser.get(page_of(plain, "invite")).status_code == 404
    assert page_of(plain, "invite") not in browser.get(page_of(plain, "me")).text
