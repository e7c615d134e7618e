"""Before a costly deed: a code by mail, five tries, one use, for the session that asked for it (S-19)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from loyalty.rewards.models import Redemption
from portal.entry.models import PortalSession, TicketKind
from portal.letters.confirming import confirm
from portal.letters.models import Letter
from tests.portal.test_letters import sent
from tests.portal.visiting import a_browser, page_of
from tests.world.ledger import moving, posted
from tests.world.members import a_member
from tests.world.racing import at_once
from tests.world.rewards import a_cafe, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
LONG_AGO = NOW - timedelta(days=400)


@pytest.fixture
def cafe():
    return a_cafe(a_reward("feast", price=2001), a_reward("dinner", price=2000), when=LONG_AGO)


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", email="ada@example.org")
    posted(moving(9000, of=ada, occurred_at=LONG_AGO), at=LONG_AGO)
    return ada


@pytest.fixture
def browser(ada):
    """A mailed link brought her in: the shop has not vouched for her."""
    return a_browser(ada, kind=TicketKind.LINK)


def asked(browser, cafe, back="rewards/feast"):
    """A code asked for and mailed; what the mail says."""
    address = page_of(cafe, "me/confirm")
    answer = browser.post(address, {"send": "yes", "next": page_of(cafe, back)})
    assert answer.status_code == 303, answer.text
    (letter,) = sent()
    return re.search(r"^([0-9]{6})$", letter.body, re.MULTILINE)[1]


def told(browser, cafe, code, back="rewards/feast"):
    told = {"code": code, "next": page_of(cafe, back)}
    return browser.post(page_of(cafe, "me/confirm"), told)


def taken(browser, cafe, reward="feast", points="2001"):
    return browser.post(page_of(cafe, f"rewards/{reward}"), {"key": reward, "points": points})


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestAboveTheLimit:
    def test_a_code_leads_back_to_the_deed(self, cafe, ada, browser):
        """S-19: refused without, done with; nothing was taken meanwhile."""
        page = browser.get(page_of(cafe, "rewards/feast")).text
        refused = taken(browser, cafe)
        before = Redemption.objects.count()

        answer = told(browser, cafe, asked(browser, cafe))

        confirm_page = f"{page_of(cafe, 'me/confirm')}?next=/p/corner-cafe/rewards/feast"
        assert f'href="{confirm_page}"' in page
        assert (refused.status_code, before) == (422, 0)
        assert "Nothing was taken." in refused.text
        assert (answer.status_code, answer["Location"]) == (303, page_of(cafe, "rewards/feast"))
        assert taken(browser, cafe).status_code == 303
        assert Redemption.objects.get().points == 2001

    def test_nothing_is_asked_up_to_the_limit(self, cafe, ada, browser):
        """S-19: 2,000 points are not more than 2,000."""
        assert taken(browser, cafe, "dinner", "2000").status_code == 303

    def test_it_holds_for_five_minutes(self, cafe, ada, browser):
        """S-19."""
        told(browser, cafe, asked(browser, cafe))
        PortalSession.objects.update(confirmed_at=timezone.now() - timedelta(minutes=5, seconds=1))

        assert taken(browser, cafe).status_code == 422
        assert Redemption.objects.count() == 0

    @pytest.mark.parametrize("deed", ["export", "erase"])
    def test_taking_along_and_leaving_ask_for_it_too(self, cafe, ada, browser, deed):
        """S-19: without a code the way to it; with one it is done."""
        form = {"word": "erase"} if deed == "erase" else {}
        before = browser.post(page_of(cafe, f"me/{deed}"), form)
        told(browser, cafe, asked(browser, cafe, "me"), "me")

        after = browser.post(page_of(cafe, f"me/{deed}"), form)

        if deed == "export":
            assert before["Location"] == page_of(cafe, "me/confirm?next=%2Fp%2Fcorner-cafe%2Fme")
            assert after.json()["member"]["id"] == ada.shown_id
        else:
            assert before.status_code == 422
            assert page_of(cafe, "me/confirm") in before.text
            assert after["Location"] == page_of(cafe, "gone")


class TestACode:
    def test_is_typed_as_people_type(self, cafe, ada, browser):
        """U-65: pasted with blanks, in Persian digits."""
        code = asked(browser, cafe).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

        assert told(browser, cafe, f" {code[:3]} {code[3:]} ").status_code == 303

    @pytest.mark.parametrize(("slips", "status"), [(4, 303), (5, 422)])
    def test_has_five_tries(self, cafe, ada, browser, slips, status):
        """S-19, S-36: after the fifth slip the right one is void as well."""
        code = asked(browser, cafe)
        wrong = [told(browser, cafe, other_than(code)) for _ in range(slips)]

        right = told(browser, cafe, code)

        assert {each.status_code for each in wrong} == {422}
        assert right.status_code == status
        assert Letter.objects.get().tries == 5

    def test_all_that_does_not_fit_is_answered_alike(self, cafe, ada, browser):
        """S-19: wrong, none asked for, over, used, of another session, void: one page."""
        pages = [told(browser, cafe, "000000")]
        code = asked(browser, cafe)
        pages.append(told(browser, cafe, other_than(code)))
        pages.append(told(a_browser(ada, kind=TicketKind.LINK), cafe, code))
        Letter.objects.update(asked_at=NOW - timedelta(hours=1), ends_at=timezone.now())
        pages.append(told(browser, cafe, code))
        code = asked(browser, cafe)
        assert told(browser, cafe, code).status_code == 303
        pages.append(told(browser, cafe, code))

        seen = {re.sub(r'value="[A-Za-z0-9]{64}"', "", each.text) for each in pages}
        assert [each.status_code for each in pages] == [422] * 5
        assert len(seen) == 1
        assert "This code does not fit" in seen.pop()

    def test_is_the_newest_one(self, cafe, ada, browser):
        """S-19: another code makes the earlier one void."""
        first, second = asked(browser, cafe), asked(browser, cafe)

        assert told(browser, cafe, first).status_code == (303 if first == second else 422)
        assert told(browser, cafe, second).status_code == 303

    def test_of_another_member_is_none(self, cafe, ada, browser):
        """S-2."""
        grace = a_member(cafe, "grace", email="grace@example.org")
        code = asked(browser, cafe)

        assert told(a_browser(grace, kind=TicketKind.LINK), cafe, code).status_code == 422
        assert PortalSession.objects.exclude(confirmed_at=None).count() == 0

    def test_is_kept_as_a_keyed_digest(self, cafe, ada, browser):
        """S-19: a million digits are soon tried; so neither the digits nor a plain hash is there."""
        code = asked(browser, cafe)

        with connection.cursor() as cursor:
            cursor.execute("SELECT l::text FROM portal_letter l")
            kept = cursor.fetchone()[0]

        assert not re.search(rf"\b{code}\b", kept)
        assert code.encode().hex() not in kept

    def test_is_spent_once_by_many_at_once(self, cafe, ada, browser):
        """S-19: a doubled click; and of a hundred guesses beside it five are looked at."""
        code = asked(browser, cafe)
        session = PortalSession.objects.get()
        works = [lambda: confirm(member=ada, session=session, told=code, at=timezone.now())] * 5

        outcomes = at_once(*works)

        assert sorted(outcomes) == ["code_not_usable"] * 4 + ["done"]

    def test_guesses_at_once_are_counted_too(self, cafe, ada, browser):
        """S-37: counted before they are looked at."""
        wrong, session = other_than(asked(browser, cafe)), PortalSession.objects.get()

        at_once(*[lambda: confirm(member=ada, session=session, told=wrong, at=timezone.now())] * 12)

        assert Letter.objects.get().tries == 5


class TestAsking:
    def test_says_the_same_where_there_is_no_address(self, cafe, browser):
        """S-16: whether the shop knows an address is not said; no mail leaves."""
        joan = a_browser(a_member(cafe, "joan"), kind=TicketKind.LINK)
        form = {"send": "yes", "next": page_of(cafe, "me")}

        answers = [each.post(page_of(cafe, "me/confirm"), form) for each in (browser, joan)]

        assert answers[0]["Location"] == answers[1]["Location"]
        assert [each.to for each in sent()] == [["ada@example.org"]]

    def test_three_an_hour(self, cafe, ada, browser):
        """S-36."""
        for _ in range(3):
            asked(browser, cafe)

        answer = browser.post(page_of(cafe, "me/confirm"), {"send": "yes"})

        assert answer.status_code == 429
        assert 'name="code"' in answer.text  # the newest can still be typed
        assert Letter.objects.count() == 3

    def test_leads_nowhere_else(self, cafe, ada, browser):
        """U-61: addresses elsewhere are not followed."""
        evil = "https://evil.example/p/corner-cafe/"
        for back in (evil, "//evil.example", "/admin/", "/p/corner-cafe/../x"):
            page = browser.get(page_of(cafe, "me/confirm"), {"next": back}).text

            assert f'<a href="{page_of(cafe, "")}">Back</a>' in page

    def test_is_for_members(self, cafe, client):
        assert client.get(page_of(cafe, "me/confirm"))["Location"] == page_of(cafe, "welcome")
