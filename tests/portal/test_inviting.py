"""Inviting: the code and link, friends as numbers, a code of one's own, and a lost invitation."""

import re

import pytest
from django.utils import timezone

from referrals.attribution.models import Referral
from tests.portal.visiting import a_browser, page_of
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.referrals import a_cafe, a_friend, bought, code_of, member_of, ticked

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
