"""What nobody types by hand, and what few programmes have: a page answers in words all the same."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from loyalty.programs.calendar import local_day, midnight
from portal.joining.models import Application
from portal.letters.models import Letter
from tests.portal.visiting import a_browser, page_of, the_seen
from tests.world import tiers
from tests.world.ledger import a_member as a_rich_member
from tests.world.portal import FORM, an_open_door, sent
from tests.world.programs import a_program
from tests.world.rewards import a_cafe, a_guest, a_reward, got

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.now() - timedelta(days=1)


class TestSigns:
    @pytest.mark.parametrize("field", ["code", "ref", "terms", "first_name"])
    def test_that_no_table_keeps_are_refused(self, field):
        """U-4: NUL is 400 in words; nothing is written down."""
        cafe = an_open_door()

        answer = Client().post(page_of(cafe, "join"), FORM | {field: "A\0"})

        assert answer.status_code == 400
        assert not Application.objects.exists()

    def test_that_are_half_a_sign_are_refused(self):
        """U-4: as a query that is decoded in a way of its own."""
        cafe = an_open_door()
        odd = {"CONTENT_TYPE": "x; charset=unicode_escape"}

        answer = Client().get(page_of(cafe, "join/link?ticket=%5Cud800"), **odd)

        assert answer.status_code == 400

    @pytest.mark.parametrize("domain", ["a\u05d0.com", "\u044f" * 63 + ".com"])
    def test_that_no_envelope_bears_are_no_address(self, domain):
        """S-36: one such address would hold up everybody's letters."""
        cafe = an_open_door()

        answer = Client().post(page_of(cafe, "join"), FORM | {"email": f"ada@{domain}"})

        assert answer.status_code == 422
        assert not Letter.objects.exists()

    def test_of_numbers_beyond_reason_are_no_day(self):
        ada = a_guest(a_cafe(a_reward(), when=YESTERDAY), 100, when=YESTERDAY)
        nines = "9" * 5_000

        answer = a_browser(ada).post(
            page_of(ada.program, "me/birthday"), {"month": nines, "day": nines}
        )

        assert answer.status_code == 422


def test_neighbours_in_one_network_share_its_limit():
    """S-36: a line has a /64 of its own; five joins an hour are for all of it."""
    cafe = an_open_door()
    for n in range(6):
        client = Client(REMOTE_ADDR=f"2001:db8:1:2::{n}")
        answer = client.post(page_of(cafe, "join"), FORM | {"email": f"ada{n}@example.org"})

    elsewhere = Client(REMOTE_ADDR="2001:db8:1:3::1").post(page_of(cafe, "join"), FORM)

    assert (answer.status_code, elsewhere.status_code) == (429, 303)
    assert len(sent()) == 6


def test_another_programmes_page_signs_nobody_out():
    """S-17: one cookie serves all programmes of a host."""
    ada = a_guest(a_cafe(a_reward(), when=YESTERDAY), 100, when=YESTERDAY)
    grocer, browser = a_program("grocer"), a_browser(ada)

    led = [browser.get(page_of(grocer, page))["Location"] for page in ("rewards", "ended")]

    assert led == [page_of(grocer, "welcome")] * 2
    assert browser.get(page_of(ada.program, "")).status_code == 200


def test_guests_are_promised_what_is_left_at_everybodys_price():
    """W-14: nothing sold out, and no price of a tier."""
    cafe = a_cafe(
        a_reward("mug", price=50, stock=1),
        a_reward(
            "tea",
            prices=[
                {"currency": "stars", "tier": "gold", "points": 40},
                {"currency": "stars", "points": 60},
            ],
        ),
        ladder=True,
        when=YESTERDAY,
    )
    got(a_guest(cafe, 1000, when=YESTERDAY), reward="mug", when=timezone.now())

    seen = the_seen(Client().get(page_of(cafe, "welcome")).text)

    assert "60 Stars" in seen
    assert "50 Stars" not in seen
    assert "40 Stars" not in seen


def test_a_tier_that_is_only_given_has_nothing_that_keeps_it():
    """T-2, T-35: the page stands while it runs out."""
    given = {"slug": "friends", "name": {"en": "Friends"}, "by_metric": False}
    cafe = tiers.a_cafe(tiers=[*tiers.TIERS[:1], given, *tiers.TIERS[1:]])
    ada, now = a_rich_member(cafe), timezone.now()
    until = midnight(local_day(now, cafe.zone) + timedelta(days=20), cafe.zone)
    tiers.granted("friends", to=ada, until=until, at=now)

    page = a_browser(ada).get(page_of(cafe, "tiers"))

    assert page.status_code == 200
    assert "Friends" in page.text
