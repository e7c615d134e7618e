"""Members, programmes and deeds at rest: the pages say so in four languages, everything can be read, nothing is lost (S-20, S-59)."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from loyalty.members.changing import set_status
from loyalty.members.kinds import MemberStatus
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.rewards.models import Redemption
from tests.portal.test_confirming import LONG_AGO
from tests.portal.visiting import a_browser, page_of, the_seen
from tests.world.access import a_customer, a_shop, a_staff
from tests.world.events import an_order
from tests.world.ledger import TILL, parts_of
from tests.world.pages import said
from tests.world.rewards import a_cafe, a_guest, a_reward

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("", "earn", "rewards", "mine", "card", "tiers", "statement", "me")
PAUSED = {
    "en": "The programme is paused: nothing can be taken for points now.",
    "ar": "البرنامج متوقف مؤقتًا: لا يمكن أخذ شيء بالنقاط الآن.",
    "fa": "برنامه فعلاً متوقف است: اکنون با امتیاز چیزی نمی‌توان گرفت.",
    "uk": "Програму призупинено: зараз за бали нічого взяти не можна.",
}
RESTRICTED = {
    "en": "Your membership rests: points are kept",
    "ar": "عضويتك متوقفة مؤقتًا: نقاطك محفوظة",
    "fa": "عضویت شما فعلاً متوقف است: امتیازها محفوظ‌اند",
    "uk": "Ваше членство призупинено: бали збережено",
}
RESTING = {
    "en": "what is costly waits until 1 January 2100, 12:00.",
    "ar": "ما هو ثمين ينتظر حتى 1 يناير 2100, 12:00.",
    "fa": "کارهای گران تا ۱۲ دی ۱۴۷۸, ۱۲:۰۰ صبر می‌کنند.",
    "uk": "все коштовне відкладено до 1 січня 2100 р., 12:00.",
}
LANGUAGES = tuple(PAUSED)


@pytest.fixture
def cafe():
    return a_cafe(a_reward(), when=LONG_AGO)


@pytest.fixture
def ada(cafe):
    return a_guest(cafe, 500, when=LONG_AGO)


def taken(browser, cafe):
    return browser.post(page_of(cafe, "rewards/coffee"), {"key": "k", "points": "100"})


@pytest.mark.parametrize("status", [MemberStatus.RESTRICTED, MemberStatus.SUSPENDED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_member_at_rest_reads_everything_and_takes_nothing(cafe, ada, language, status):
    """S-59: nothing is lost."""
    set_status(members=[ada], status=status, actor=TILL, at=timezone.now())
    ada.refresh_from_db()
    browser = a_browser(ada, language=language)

    pages = [browser.get(page_of(cafe, each)) for each in PAGES]
    refused = taken(browser, cafe)

    assert {each.status_code for each in pages} == {200}
    assert all(RESTRICTED[language] in the_seen(each.text) for each in pages)
    assert refused.status_code == 422
    assert (Redemption.objects.count(), parts_of(ada)) == (0, (500, 0, 0, 0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_paused_programme_says_so_on_every_page(cafe, ada, language):
    """It is read as ever, and nothing is taken."""
    Program.objects.update(is_paused=True)
    browser = a_browser(ada, language=language)

    pages = [browser.get(page_of(cafe, each)) for each in PAGES]
    refused = taken(browser, cafe)

    assert {each.status_code for each in pages} == {200}
    assert all(PAUSED[language] in the_seen(each.text) for each in pages)
    assert refused.status_code == 422
    assert (Redemption.objects.count(), parts_of(ada)) == (0, (500, 0, 0, 0))


def test_a_paused_programme_takes_events_in(cafe, ada):
    """No point is lost: an order is told and earns as ever; an app hears the code."""
    Program.objects.update(is_paused=True)
    shop = a_shop(cafe)

    told = shop.post("/v1/events", an_order("order-1", member=ada, total=1000), key="a")
    refused = shop.post("/v1/redemptions", {"member": "ext:ada", "reward": "coffee"}, key="b")
    by_app = a_customer(cafe, ada.pk).post("/v1/me/redemptions", {"reward": "coffee"}, key="c")

    assert told.status_code == 201
    for answer in (refused, by_app):
        assert (answer.status_code, answer.json()["code"]) == (409, "program_paused")
    assert Redemption.objects.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_deeds_at_rest_are_said_with_their_end(cafe, ada, language):
    """S-20: in the reader's calendar and digits, by the programme's clocks; afterwards no more."""
    end = datetime(2100, 1, 1, 10, tzinfo=UTC)
    Member.objects.update(rests_until=end)
    browser = a_browser(ada, language=language)
    resting = the_seen(browser.get(page_of(cafe, "")).text)
    Member.objects.update(rests_until=timezone.now())

    over = the_seen(browser.get(page_of(cafe, "")).text)

    assert RESTING[language] in resting
    assert RESTING[language][:12] not in over


def test_staff_see_that_deeds_rest_and_why(cafe, ada):
    """S-20, U-1: on the member's page, as long as it lasts."""
    staff, address = a_staff(cafe, "support"), f"/admin/loyalty/member/{ada.pk}/change/"
    before = said(staff.get(address))
    Member.objects.update(rests_until=datetime(2100, 1, 1, 10, tzinfo=UTC))

    page = said(staff.get(address))

    assert "Costly deeds rest until" not in before
    assert "Costly deeds rest until 1 January 2100, 12:00" in page
    assert "The e-mail address or phone was changed in the 48 hours before." in page
