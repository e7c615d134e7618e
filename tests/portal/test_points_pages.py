"""Ways to earn, the statement with its filters and its file, and why each line is there; and the card."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from loyalty.members.cards.passing import identify, make_pass
from loyalty.members.models import MemberProfile
from tests.architecture.reading import ROOT
from tests.portal.visiting import a_browser, page_of
from tests.world.access import a_staff
from tests.world.earning import a_published_rule
from tests.world.events import an_order, taken
from tests.world.ledger import moving, posted
from tests.world.rewards import a_cafe, a_guest, a_reward, got

pytestmark = pytest.mark.django_db(transaction=True)
YESTERDAY = timezone.now() - timedelta(days=1)


@pytest.fixture
def cafe():
    cafe = a_cafe(a_reward(), ladder=True, when=YESTERDAY - timedelta(days=400))
    a_published_rule(cafe)
    return cafe


@pytest.fixture
def ada(cafe):
    """1,000 brought along, 59 for an order, 100 for a coffee."""
    ada = a_guest(cafe, 1000, when=YESTERDAY)
    taken(cafe, an_order(at=YESTERDAY), at=YESTERDAY)
    got(ada, when=timezone.now())
    return ada


def the_points(text):
    return re.findall(r'<bdi dir="ltr">([+−][\d,]+)</bdi>', text)


def test_what_is_gone_is_not_promised(db):
    """U-1, W-14: home tells what can be had; the catalogue shows it before what is sold out."""
    cafe = a_cafe(a_reward("mug", price=50, stock=1), a_reward("tea", price=60), when=YESTERDAY)
    ada = a_guest(cafe, 1000, when=YESTERDAY)
    got(ada, reward="mug", when=timezone.now())
    browser = a_browser(ada)

    home, rewards = (browser.get(page_of(cafe, page)).text for page in ("", "rewards"))

    assert "/rewards/tea" in home
    assert "/rewards/mug" not in home
    assert rewards.index("/rewards/tea") < rewards.index("/rewards/mug")


class TestEarning:
    def test_shows_each_way(self, cafe, ada):
        text = a_browser(ada).get(page_of(cafe, "earn")).text

        assert "Purchases" in text
        assert "When an order is paid: 1 point for each 1.00 EUR." in text
        assert "Open to you" in text


class TestTheStatement:
    def test_is_filtered_by_direction_and_currency(self, cafe, ada):
        """U-50: a form that needs no script."""
        browser = a_browser(ada)
        looks = [
            the_points(browser.get(page_of(cafe, f"statement{query}")).text)
            for query in ("", "?which=in", "?which=out", "?which=out&currency=xp", "?which=x")
        ]

        assert looks == [["−100", "+59", "+1,000"], ["+59", "+1,000"], ["−100"], [], looks[0]]

    def test_goes_on_with_its_filter(self, cafe, ada):
        for number in range(25):
            posted(moving(1, of=ada, occurred_at=YESTERDAY, key=f"more/{number}"), at=YESTERDAY)
        browser = a_browser(ada)
        first = browser.get(page_of(cafe, "statement?which=in")).text
        older = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")

        rest = browser.get(page_of(cafe, f"statement{older}")).text

        assert (len(the_points(first)), len(the_points(rest))) == (20, 7)
        assert browser.get(page_of(cafe, "statement?cursor=nonsense")).status_code == 404

    def test_stands_under_its_months(self, cafe, ada):
        """U-66: each with its own heading, newest first, by the reader's calendar."""
        long_ago = datetime(2026, 3, 20, 23, tzinfo=UTC)  # in Kyiv the first day of 1405
        posted(moving(5, of=ada, occurred_at=long_ago, key="spring"), at=timezone.now())
        heads = [
            re.findall(r'<h3 class="label">([^<]+)</h3>', each.get(page_of(cafe, "statement")).text)
            for each in (a_browser(ada), a_browser(ada, language="fa"))
        ]

        assert heads[0][0] == "March 2026"
        assert heads[1][0] == "فروردین ۱۴۰۵"
        assert len(heads[0]) == len(set(heads[0])) > 1

    def test_tells_the_next_dates_and_folds_those_that_come_later(self, cafe, ada):
        """U-50: three in sight, the others behind a fold that needs no script."""
        for number in range(1, 5):
            ends = timezone.now() + timedelta(days=40 * number)
            posted(moving(number, of=ada, ends=ends, key=f"ends/{number}"), at=timezone.now())
        text = a_browser(ada).get(page_of(cafe, "statement")).text

        coming = text[text.index("Coming dates") : text.index("What came and went")]
        soon, later = coming.split("<summary>Later dates</summary>")
        assert (soon.count("Good until"), later.count("Good until")) == (3, 1)

    def test_is_a_file_too(self, cafe, ada):
        """S-51: numbers are numbers; everything, not a page of it."""
        answer = a_browser(ada).get(page_of(cafe, "statement.csv"))

        rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert answer["Content-Disposition"] == 'attachment; filename="corner-cafe-statement.csv"'
        assert rows[0] == ["Date", "What", "Points", "Balance", "Currency", "Number"]
        assert [row[1:4] for row in rows[1:]] == [
            ["100 Stars redeemed for a reward.", "-100", "959"],
            ["59 Stars earned.", "59", "1059"],
            ["1000 Stars earned.", "1000", "1000"],
        ]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1,000 Stars earned"), ("ar", "1,000"), ("fa", "۱٬۰۰۰"), ("uk", "1\N{NO-BREAK SPACE}000")],
)  # fmt: skip
def test_sentences_group_their_points(cafe, ada, language, written):
    """U-65: as the number beside them."""
    text = a_browser(ada, language=language).get(page_of(cafe, "statement")).text

    sentences = re.findall(r'<span class="what">([^<]+)<', text)
    assert len(sentences) == 3
    assert written in sentences[-1]


class TestWhy:
    def test_tells_the_rule_and_its_steps(self, cafe, ada):
        """U-1, E-50: figure, line, explanation."""
        browser = a_browser(ada)
        lines = re.findall(
            r'href="([^"]+/statement/ent_\w+)"', browser.get(page_of(cafe, "statement")).text
        )

        texts = [browser.get(line).text for line in lines]

        assert len(lines) == 3
        assert "Purchases" in texts[1]
        assert "<ol" in texts[1]
        assert "<ol" not in texts[0]

    def test_of_somebody_elses_line_is_not_there(self, cafe, ada):
        """S-2."""
        grace = a_guest(cafe, 5, name="grace", when=YESTERDAY)
        lines = re.findall(r"ent_\w+", a_browser(grace).get(page_of(cafe, "statement")).text)

        for told in (lines[0], "ent_x", "mem_1"):
            assert a_browser(ada).get(page_of(cafe, f"statement/{told}")).status_code == 404


class TestTheCard:
    def test_shows_a_fresh_code_and_the_number(self, cafe, ada):
        """U-55: each look another code; the number in text."""
        browser = a_browser(ada)
        page = browser.get(page_of(cafe, "card")).text

        answer = browser.get(page_of(cafe, "card/code"))

        assert answer.json()["picture"].startswith("data:image/svg+xml")
        assert re.search(r'class="code" dir="ltr">[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}<', page)
        assert answer["Cache-Control"] == "no-store"

    def test_can_be_printed(self, cafe, ada):
        """U-55: the same code each time, which the till knows; 36 mm with its quiet zone; the number in text."""
        browser = a_browser(ada)

        pages = [browser.get(page_of(cafe, "card/print")).text for _look in range(2)]

        codes = [
            re.search(r'class="paper-code" src="(data:image/svg[^"]+)"', page)[1] for page in pages
        ]
        number = re.search(r'class="code" dir="ltr">([^<]+)<', pages[0])[1]
        sheet = (ROOT / "portal/static/portal/portal.css").read_text(encoding="utf-8")
        assert codes[0] == codes[1]
        assert identify(program=cafe, told=number.replace(" ", ""), at=timezone.now()) == ada
        assert page_of(cafe, "card/print") in browser.get(page_of(cafe, "card")).text
        assert ".paper-code { inline-size: 36mm; block-size: 36mm;" in sheet

    def test_cannot_be_printed_without_a_number(self, cafe, ada):
        MemberProfile.objects.filter(member=ada).update(card=None)
        browser = a_browser(ada)

        assert browser.get(page_of(cafe, "card/print")).status_code == 404
        assert page_of(cafe, "card/print") not in browser.get(page_of(cafe, "card")).text

    def test_is_found_by_the_field_in_the_admin(self, cafe, ada):
        """U-41, U-55: what the till scans goes into the search."""
        text = make_pass(member=ada, at=timezone.now()).text

        answer = a_staff(cafe).get("/admin/search/", {"q": text})

        assert str(ada.pk) in answer["Location"]
