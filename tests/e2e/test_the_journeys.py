"""Customers on their way, in a browser: earn, see, take, show; bring a friend; play; prove who they are."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from gamification.criteria.life.catalogue import live_definition
from gamification.stamps.tokens import Wanted, issue_token
from loyalty.foundation.actors import job
from loyalty.members.finding import members_by
from loyalty.outbox.delivering import deliver_until_idle
from portal.entry.links import link_for
from portal.entry.models import TicketKind
from referrals.qualification.releasing import release_due
from tests.world.arcade import PARTS, came_by
from tests.world.events import an_order, taken
from tests.world.ledger import moving, posted
from tests.world.members import a_member
from tests.world.portal import an_open_door, link_in, sent
from tests.world.rewards import a_reward

LONG_AGO = timezone.now() - timedelta(days=60)
FRIENDS = {
    "slug": "friends",
    "touch_window": "P30D",
    "landing": "/p/corner-cafe/welcome",
    "hold": "P1D",
    "guard": "relaxed",  # both come from one machine
    "friend_reward": {"kind": "points", "currency": "stars", "points": 100},
    "advocate_reward": {"kind": "points", "currency": "stars", "points": 200},
}


@pytest.fixture
def cafe(transactional_db, live_server, settings):
    """Links that are handed on lead to this server."""
    settings.WAFA_BASE_URL = live_server.url
    rewards = [a_reward(), a_reward("feast", price=2500, name={"en": "A feast for four"})]
    parts = {**PARTS, "rewards": rewards, "referral_plan": FRIENDS}
    return an_open_door(parts=parts, at=LONG_AGO)


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", email="ada@example.org", first_name="Ada", at=LONG_AGO)
    posted(moving(3000, of=ada, occurred_at=LONG_AGO), at=LONG_AGO)
    return ada


def come_in(visitor, member):
    visitor.to(link_for(member, kind=TicketKind.STOREFRONT))
    return visitor.page


def paid(program, number, *, who, total=2000):
    """An order of this member, and whatever follows from it."""
    now = timezone.now()
    outcomes = taken(program, an_order(number, member=who, total=total, at=now), at=now)
    assert [each.refusal for each in outcomes] == [None]
    deliver_until_idle(program_id=program.pk)


def mailed(page, visitor):
    """Open the link of the mail that has just come."""
    page.goto(f"{visitor.address}{link_in(sent()[-1])}")


class TestPoints:
    def test_are_earned_seen_and_become_a_code(self, visit, cafe, ada):
        """U-52: an order, the points on the first page, a reward, its code to show."""
        customer = visit(size="phone")
        page = come_in(customer, ada)
        expect(page.locator(".large").first).to_have_text("3,000")

        paid(cafe, "order-1", who="ext:ada")
        page.reload()
        expect(page.locator(".large").first).to_have_text("3,020")
        page.get_by_role("link", name="All rewards").click()
        page.get_by_role("link", name="Free coffee").click()
        page.get_by_role("button", name="Take it for 100").click()

        expect(page.locator(".code").first).to_be_visible()
        expect(page.get_by_role("img", name="The code, to be scanned")).to_be_visible()
        customer.to(f"/p/{cafe.slug}/")
        expect(page.locator(".large").first).to_have_text("2,920")

    def test_leave_for_a_costly_reward_once_a_mailed_code_was_typed(self, visit, cafe, ada):
        """S-19: a mailed link is no proof; the code is, and then leads back to the deed."""
        customer = visit(size="phone")
        page = customer.page
        customer.to(link_for(ada, kind=TicketKind.LINK))
        page.get_by_role("button", name="See my points").click()
        customer.to(f"/p/{cafe.slug}/rewards/feast")

        page.locator("main a[href*='me/confirm']").click()
        page.get_by_role("button", name="Mail me a code").click()
        expect(page.get_by_label("The code from the mail")).to_be_visible()
        (letter,) = sent()
        page.get_by_label("The code from the mail").fill(
            re.search(r"^[0-9]{6}$", letter.body, re.MULTILINE)[0]
        )
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url("**/rewards/feast")
        page.get_by_role("button", name="Take it for 2,500").click()

        expect(page.locator(".code").first).to_be_visible()


class TestAFriend:
    def test_follows_the_link_joins_and_both_are_rewarded(self, visit, cafe, ada):
        """R-10, R-17: Ada's browser and Grace's."""
        advocate, friend = visit(size="phone"), visit(size="phone")
        shared = come_in(advocate, ada)
        advocate.to(f"/p/{cafe.slug}/invite")
        path = re.search(r"/r/.+$", shared.locator(".code.link").inner_text())[0]

        page = friend.page
        friend.to(path)
        page.wait_for_url("**/welcome*")
        page.get_by_role("link", name="Join by mail").first.click()
        page.get_by_label("Your e-mail address").fill("grace@example.org")
        page.get_by_label("I agree to the terms.").check()
        page.get_by_role("button", name="Mail me the link").click()
        page.wait_for_url("**/join?asked")
        mailed(page, friend)
        page.get_by_role("button", name="Join", exact=True).click()
        expect(page.get_by_text("You are a member of Corner Café now.")).to_be_visible()
        deliver_until_idle(program_id=cafe.pk)
        shared.reload()
        expect(shared.get_by_text("What came of it")).to_be_visible()
        expect(shared.get_by_text("Nobody yet.")).to_have_count(0)

        (grace,) = members_by(program=cafe, email="grace@example.org")
        paid(cafe, "order-1", who=grace.shown_id, total=6000)
        release_due(program=cafe, at=timezone.now() + timedelta(days=2))
        deliver_until_idle(program_id=cafe.pk)
        shared.reload()

        expect(shared.locator("dt", has_text="Rewarded").locator("+ dd")).to_have_text("1")
        advocate.to(f"/p/{cafe.slug}/")
        expect(shared.locator(".large").first).to_have_text("3,200")
        friend.to(f"/p/{cafe.slug}/")
        expect(page.locator(".large").first).to_have_text("160")

    def test_is_told_by_sharing_and_copying(self, visit, cafe, ada):
        """U-50: where the phone can share, a button does; what is copied is what a shop reads."""
        customer = visit(size="phone")
        page = customer.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.add_init_script("navigator.share = async (told) => { window.shared = told; };")
        come_in(customer, ada)
        customer.to(f"/p/{cafe.slug}/invite")

        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="Copy the code").click()

        code = page.locator(".code").first.inner_text()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == code
        assert f"/r/{code}" in page.evaluate("window.shared.text")

    def test_claims_an_invitation_that_got_lost(self, visit, cafe, ada):
        """R-21: by the code, typed."""
        advocate = visit(size="phone")
        shared = come_in(advocate, ada)
        advocate.to(f"/p/{cafe.slug}/invite")
        code = shared.locator(".code").first.inner_text()
        friend = visit(size="phone")
        page = come_in(friend, a_member(cafe, "grace", at=timezone.now()))
        friend.to(f"/p/{cafe.slug}/invite")

        page.get_by_text("I came by somebody's code").click()
        page.get_by_label("Their code or link").fill(code)
        page.get_by_role("button", name="Tell by whom I came").click()

        expect(page.get_by_text("Your invitation is noted.")).to_be_visible()


def test_a_challenge_is_joined_and_a_card_stamped(visit, cafe, ada):
    """G-47, G-70: joined by a button, left again; the till's code fills a place."""
    came_by(cafe, days=1)
    card = live_definition(cafe, "stamp_card", "coffee")
    made = issue_token(card=card, wanted=Wanted(), actor=job("till"), at=timezone.now())
    customer = visit(size="phone")
    page = come_in(customer, ada)
    customer.to(f"/p/{cafe.slug}/play")

    page.get_by_role("button", name="Join: Taste three").click()
    expect(page.get_by_text("You are in.")).to_be_visible()
    page.get_by_role("button", name="Leave: Taste three").click()
    expect(page.get_by_text("You have left.")).to_be_visible()
    page.get_by_text("I have a code from the till").click()
    page.get_by_label("The code on the screen or the receipt").fill(made.token)
    page.get_by_role("button", name="Stamp my card").click()

    expect(page.get_by_text("3 of 10 stamps")).to_be_visible()
