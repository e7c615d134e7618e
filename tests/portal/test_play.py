"""Play: what a customer sees of every game, and does there, with no script at all."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loyalty.outbox.delivering import deliver_until_idle
from tests.portal.visiting import a_browser, page_of
from tests.world.earning import a_rule
from tests.world.events import an_order, taken
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
PAGES = ["play", "play/badges", "play/streaks", "play/levels", "play/boards"]
BYTES_MAX = 30_000
QUERIES_MAX = 12
BOARD_QUERIES_MAX = 20
ORDERS = {"measure": {"kind": "deeds.count", "of": "order.paid"}}
COFFEE = {"kind": "points", "currency": "stars", "points": 60}
XP_RULE = {
    "slug": "xp",
    "name": {"en": "Experience"},
    "triggers": ["order.paid"],
    "currency": "xp",
    "effect": {"kind": "fixed", "points": 60},
}
GAMES = {
    "badges": [
        {
            "slug": "cups",
            "condition": ORDERS,
            "tiers": [
                {"slug": "first", "target": 1, "name": {"en": "First cup"}},
                {
                    "slug": "regular",
                    "target": 10,
                    "name": {"en": "Regular"},
                    "description": {"en": "Come by ten times."},
                },
            ],
        },
        {
            "slug": "owl",
            "secret": True,
            "condition": {"measure": {"kind": "deeds.count", "of": "review.written"}},
            "tiers": [{"slug": "owl", "target": 1, "name": {"en": "Night owl"}}],
        },
    ],
    "challenges": [
        {
            "slug": "taster",
            "name": {"en": "Taste three"},
            "activation": "join",
            "window": {"from_joining": "P30D"},
            "steps": [
                {
                    "measure": {"kind": "deeds.distinct", "of": "order.line", "value": "sku"},
                    "at_least": 3,
                }
            ],
            "prize": COFFEE,
        }
    ],
    "streaks": [
        {
            "slug": "weekly",
            "name": {"en": "Weekly visit"},
            "period": "week",
            "condition": {**ORDERS, "at_least": 1},
            "freezes": {"start": 1, "every": 4, "max": 2},
        }
    ],
    "stamp_cards": [
        {
            "slug": "coffee",
            "name": {"en": "Tenth coffee free"},
            "stamps_from": {"order_lines": {"categories": ["coffee"]}, "max_per_event": 2},
            "positions": [{"at": 10, "prize": COFFEE}],
        }
    ],
    "levels": [{"slug": "barista", "currency": "xp", "thresholds": [0, 50, 150, 400]}],
    "leaderboards": [
        {
            "slug": "best",
            "name": {"en": "Best of all time"},
            "measure": {"kind": "deeds.sum", "of": "order.paid", "value": "amount"},
            "period": "ever",
            "k": 0,
        }
    ],
}


@pytest.fixture
def cafe():
    return a_program(parts={"rules": [a_rule(), XP_RULE], **GAMES}, at=NOW - timedelta(days=60))


@pytest.fixture
def ada(cafe):
    ada = a_member(cafe, "ada", first_name="Ada", last_name="Lovelace")
    bought(cafe, "a-1", days=1)
    return ada


def bought(cafe, number, *, who="ada", days=0, total=2000, sku="COF-1"):
    """Somebody paid for two coffees, and every game has heard of it."""
    lines = [{"sku": sku, "quantity": 2, "amount": total, "categories": ["coffee"]}]
    order = an_order(
        number, member=f"ext:{who}", total=total, at=NOW - timedelta(days=days), lines=lines
    )
    outcomes = taken(cafe, order, at=NOW)
    assert all(each.refusal is None for each in outcomes), outcomes
    deliver_until_idle(program_id=cafe.pk)


def the_fields(text, action):
    """The hidden key of the form with this action."""
    form = re.search(rf'<form[^>]+action="{re.escape(action)}".*?</form>', text, re.DOTALL)[0]
    return {"key": re.search(r'name="key" value="([^"]+)"', form)[1]}


def the_seen(text):
    """The words of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


class TestLooking:
    @pytest.mark.parametrize("language", ["en", "ar", "fa", "uk"])
    def test_each_page_in_each_language(self, cafe, ada, language):
        """U-7, U-50, U-51: one h1, the direction, no inline style or script, few bytes, under Play in the navigation."""
        browser = a_browser(ada, language=language)
        direction = "rtl" if language in {"ar", "fa"} else "ltr"
        for name in PAGES:
            answer = browser.get(page_of(cafe, name))

            text = answer.text
            assert answer.status_code == 200, name
            assert f'<html lang="{language}" dir="{direction}">' in text, name
            assert text.count("<h1") == 1, name
            assert not re.search(r"\sstyle=|<script(?![^>]+src=)|\son\w+=", text), name
            assert re.search(rf'href="{page_of(cafe, "play")}" aria-current="page"', text), name
            assert len(answer.content) <= BYTES_MAX

    def test_costs_the_same_however_much_was_played(self, cafe, ada):
        """U-51."""
        browser, counts = a_browser(ada), []
        for day in (2, 9):
            counts.append({name: _asked(browser, page_of(cafe, name)) for name in PAGES})
            bought(cafe, f"more-{day}", days=day)
            bought(cafe, f"grace-{day}", who="grace", days=day)

        boards = [each.pop("play/boards") for each in counts]
        assert counts[0] == counts[1]
        assert max(counts[0].values()) <= QUERIES_MAX, counts
        assert max(boards) <= BOARD_QUERIES_MAX, boards
        print(counts, boards)


def _asked(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        browser.get(address)
    return len(asked)
