"""Customers in a browser: each page, four languages, phone and desktop; and a reward taken by keyboard alone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from loyalty.foundation.ids import shown
from loyalty.ledger.reports.statements import statement
from portal.entry.links import link_for
from portal.entry.models import TicketKind
from tests.e2e.looking import Weights
from tests.e2e.pages import OF_GUESTS, OF_MEMBERS, STATUS
from tests.world.arcade import PARTS, XP_RULE, came_by
from tests.world.earning import a_rule
from tests.world.portal import TERMS, received, the_link
from tests.world.programs import applied
from tests.world.rewards import a_cafe, a_guest, a_reward, got

QUESTION = {"question": {"en": "Do points end?"}, "answer": {"en": "After a year without a visit."}}


@pytest.fixture
def ada(transactional_db):
    """A member with points, a code, and something to look forward to."""
    long_ago = timezone.now() - timedelta(days=400)
    cafe = a_cafe(a_reward(), a_reward("feast", price=5000), ladder=True, when=long_ago)
    applied(
        {
            "program": {"slug": cafe.slug},
            **PARTS,
            "rules": [a_rule(limits={"times": {"times": 3, "period": "month"}}), XP_RULE],
            "referral_plan": {"slug": "friends", "storefront": "https://shop.example"},
        },
        own=cafe,
    )
    received(cafe, joining=True, birthday=True, questions=[QUESTION], terms=TERMS)
    ada = a_guest(cafe, 1000, when=timezone.now() - timedelta(days=1))
    ada.code = got(ada, when=timezone.now()).redemption
    return ada


def come_in(visitor, member):
    visitor.to(link_for(member, kind=TicketKind.STOREFRONT))


def test_every_page_is_light_and_reads_well_everywhere(visit, ada, language):
    """U-5, U-51, U-52: every page, for members and guests, small and large, light and dark, by keyboard."""
    came_by(ada.program, days=1)
    line = statement(member=ada, limit=1).entries[0]
    told = {
        "redemption": ada.code.shown_id,
        "entry": shown("ent", line.id),
        "ticket": link_for(ada, kind=TicketKind.LINK).rsplit("=", 1)[-1],
        "joining": the_link(ada.program).rsplit("=", 1)[-1],
    }
    wrong = []
    for pages, comes_in in ((OF_MEMBERS, True), (OF_GUESTS, False)):
        visitor = visit(size="phone", language=language, worker=False)
        if comes_in:
            come_in(visitor, ada)
        names = [name.format(**told) for each in pages.values() for name in each]
        weights = Weights(visitor.page)
        wrong += opened(visitor, ada, names, weights.over, before=weights.begin)
        wrong += opened(visitor, ada, names, lambda _name, its=visitor: its.looked_over())

    assert not wrong, "\n".join(wrong)


def opened(visitor, member, names, look, before=lambda: None):
    """Each of these pages opened and looked at; what is wrong with it."""
    wrong = []
    for name in names:
        before()
        answer = visitor.to(f"/p/{member.program.slug}/{name}")
        found = [] if answer.status == STATUS.get(name, 200) else [f"answers {answer.status}"]
        found += look(name)
        # The console repeats a status that is as it should be.
        found += [each for each in visitor.complaints if f"status of {answer.status}" not in each]
        visitor.complaints.clear()
        wrong += [f"{name or 'home'}: {each}" for each in found]
    return wrong


def test_everything_is_done_without_script(visit, ada):
    """U-50: earned, seen, taken, its code shown; read otherwise, agreed, given back, signed out."""
    customer = visit(size="phone", script=False)
    come_in(customer, ada)
    page = customer.page

    page.get_by_role("link", name="The whole statement").click()
    page.get_by_role("link", name="Why?").last.click()
    page.get_by_role("link", name="Rewards", exact=True).click()
    page.get_by_role("link", name="Free coffee").first.click()
    page.get_by_role("button", name="Take it for 100").click()
    expect(page.locator(".code").first).to_be_visible()
    page.get_by_role("button", name="Give it back and get 100 again").click()
    expect(page.get_by_text("100 came back to you.")).to_be_visible()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="My details").click()
    page.get_by_role("button", name="Agree: News and offers").click()
    page.get_by_label("Language", exact=True).last.select_option("uk")
    page.get_by_role("button", name="Keep this").click()
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    page.get_by_role("button", name="Вийти тут").click()

    page.wait_for_url("**/welcome")


def test_the_card_is_fresh_without_loading_the_page(visit, ada):
    """U-55: the script fetches the next code when the page comes back into sight."""
    customer = visit(size="phone")
    come_in(customer, ada)
    customer.to(f"/p/{ada.program.slug}/card")
    code = customer.page.locator("#card-code")
    before = code.get_attribute("src")

    customer.page.wait_for_timeout(1_100)  # a code tells its end in whole seconds
    customer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(code).not_to_have_attribute("src", before)

    assert code.bounding_box()["width"] >= 95  # 2.5 cm


def test_without_a_connection_the_last_balance_is_told(visit, ada):
    """U-56: the offline page, with what was seen last; no page with somebody's points is kept."""
    customer = visit(size="phone")
    come_in(customer, ada)
    page = customer.page
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.reload()
    page.wait_for_function(
        "caches.open('wafa-last').then((kept) => kept.keys()).then((keys) => keys.length)"
    )
    page.context.set_offline(True)

    page.goto(f"{customer.address}/p/{ada.program.slug}/statement")

    expect(page.locator("h1")).to_have_text("Without a connection")
    expect(page.locator("[data-balance]")).to_have_text("900 Stars")
    kept = page.evaluate(
        "caches.keys().then((names) => Promise.all(names.map((n) => caches.open(n).then((c) => c.keys()))).then((all) => all.flat().map((r) => new URL(r.url).pathname)))"
    )
    assert [
        each for each in kept if "/p/" in each and not each.endswith(("/offline", "/last"))
    ] == []
    page.context.set_offline(False)


def test_a_reward_is_taken_by_keyboard_alone(visit, ada):
    """U-52: from the points to the code without a pointer."""
    customer = visit(size="phone")
    come_in(customer, ada)
    page = customer.page

    _press_until(page, "Rewards")
    page.wait_for_url("**/rewards")
    _press_until(page, "Free coffee")
    page.wait_for_url("**/rewards/coffee")
    _press_until(page, "Take it for 100")

    page.wait_for_url("**/mine/red_*")
    expect(page.locator(".code").first).to_be_visible()


def _press_until(page, name):
    """Tab until what bears this name has the focus, and press it."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by keyboard")
