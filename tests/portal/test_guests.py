"""The first page of whoever has not come in: what the programme is, in its own facts and words."""

import re

import pytest
from django.test import Client

from loyalty.programs.documents import export_program
from loyalty.programs.models import Program
from portal.reception.models import Reception, TermsVersion
from tests.portal.visiting import asked, page_of, the_seen
from tests.world.earning import a_rule
from tests.world.portal import TERMS, received
from tests.world.programs import STARS, a_program, applied
from tests.world.rewards import a_reward
from tests.world.tables import changed, copied, refused
from tests.world.tiers import a_ladder

pytestmark = pytest.mark.django_db(transaction=True)
REVIEWS = a_rule(
    "review",
    triggers=["review.written"],
    effect={"kind": "fixed", "points": 50},
    limits={"points_per_member": {"points": 200, "period": "month"}},
)
QUESTION = {"question": {"en": "Is it free?", "fa": "رایگان است؟"}, "answer": {"en": "It is: 0 €."}}


@pytest.fixture
def cafe():
    return a_program(
        parts={"rules": [a_rule(), REVIEWS], "rewards": [a_reward()], "tiers": a_ladder()}
    )


def welcome(cafe, language="en", **rest):
    return Client(headers={"accept-language": language}).get(page_of(cafe, "welcome"), rest)


class TestTheFirstPage:
    def test_tells_what_is_live(self, cafe):
        """Ways with their limits, a reward with its price, the tiers."""
        text = the_seen(welcome(cafe).text)

        assert "When a review is written: 50 points." in text
        assert "at most 200 points a month" in text
        assert "Free coffee 100 Stars" in text
        assert "Silver" in text

    def test_tells_how_to_join_in_the_shop_while_joining_is_off(self, cafe):
        text = welcome(cafe).text

        assert "In the shop or at the till, for nothing." in text
        assert page_of(cafe, "join") not in text

    @pytest.mark.parametrize("language", ["en", "ar", "fa", "uk"])
    def test_is_whole_in_each_language(self, cafe, language):
        """U-7, U-50, U-51: one h1, landmarks, direction, no inline style or script, few bytes."""
        received(cafe, joining=True, questions=[QUESTION], terms=TERMS)

        for name in ("welcome", "terms"):
            answer = Client(headers={"accept-language": language}).get(page_of(cafe, name))

            direction = "rtl" if language in {"ar", "fa"} else "ltr"
            assert f'<html lang="{language}" dir="{direction}">' in answer.text
            assert answer.text.count("<h1") == 1
            assert not re.search(r"\sstyle=|<script(?![^>]+src=)|\son\w+=", answer.text)
            assert len(answer.content) <= 30_000

    def test_asks_the_database_a_few_times(self, cafe):
        """U-51."""
        assert asked(Client(), page_of(cafe, "welcome")) <= 12


class TestOurOwnAnswers:
    @pytest.mark.parametrize(
        ("expiry", "words"),
        [
            ({"kind": "never"}, "They do not expire."),
            ({"kind": "rolling", "period": "P12M"}, "They can be used for 12 months."),
            (
                {"kind": "rolling", "period": "P12M", "round_up": "month"},
                "They can be used for 12 months. Then they last to the end of that month.",
            ),
            (
                {"kind": "sliding", "period": "P90D", "activities": ["order.paid", "visit.made"]},
                "for 90 days, counted anew whenever an order is paid or a shop is visited.",
            ),
            (
                {"kind": "fixed_dates", "dates": ["06-30", "12-31"]},
                "They end with the next of these days: 30 June and 31 December.",
            ),
            (
                {"kind": "end_of_year", "years": 1},
                "They end with the calendar year in which they came.",
            ),
            (
                {"kind": "end_of_year", "years": 3},
                "They end with a calendar year, of 3 counted from the one in which they came.",
            ),
        ],
    )
    def test_say_when_points_expire(self, expiry, words):
        """E-56: from the currency's own terms."""
        assert words in the_seen(welcome(a_program(currencies=[STARS | {"expiry": expiry}])).text)

    @pytest.mark.parametrize(
        ("returns", "words"),
        [
            ("owe", "below zero until new points fill it"),
            ("within_balance", "never more than you have then"),
            ("only_pending", "as long as it is still pending"),
        ],
    )
    def test_say_what_a_return_takes(self, returns, words):
        """E-63: from the programme's setting."""
        assert words in welcome(a_program(returns_take=returns)).text

    def test_are_counted_in_the_readers_digits(self, cafe):
        """U-65."""
        assert "۱۲" in welcome(cafe, "fa").text


class TestTheProgrammesOwnAnswers:
    def test_stand_instead_of_ours(self, cafe):
        received(cafe, questions=[QUESTION])

        text = welcome(cafe).text

        assert "It is: 0 €." in text
        assert "When do points expire?" not in text

    def test_fall_back_visibly(self, cafe):
        """U-68: in the language in which it was written, which is named."""
        received(cafe, questions=[QUESTION])

        text = welcome(cafe, "fa").text

        assert '<summary lang="fa" dir="auto">رایگان است؟</summary>' in text
        assert '<p class="words" lang="en" dir="auto">It is: 0 €.</p>' in text
        assert "English" in text

    def test_are_text_and_nothing_else(self, cafe):
        """S-46."""
        received(
            cafe, questions=[QUESTION | {"answer": {"en": "<b>x</b>"}}], terms={"en": "<i>y</i>"}
        )

        pages = welcome(cafe).text + Client().get(page_of(cafe, "terms")).text

        assert "&lt;b&gt;x&lt;/b&gt;" in pages
        assert "&lt;i&gt;y&lt;/i&gt;" in pages


class TestTerms:
    def test_have_a_page_with_their_version(self, cafe):
        received(cafe, terms=TERMS)

        text = Client(headers={"accept-language": "uk"}).get(page_of(cafe, "terms")).text

        assert "Будьте чемні." in text
        assert 'lang="uk" dir="auto"' in text
        assert f'href="{page_of(cafe, "terms")}"' in welcome(cafe).text

    def test_have_no_page_where_there_are_none(self, cafe):
        assert Client().get(page_of(cafe, "terms")).status_code == 404
        received(cafe, terms=TERMS)
        received(cafe, terms={})

        assert Client().get(page_of(cafe, "terms")).status_code == 404
        assert TermsVersion.objects.count() == 2

    def test_get_a_version_with_other_words_only(self, cafe):
        """S-60: members agreed to a version; its words are kept."""
        for terms in (TERMS, TERMS, {"en": "Be very kind."}):
            received(cafe, terms=terms)
        received(cafe, joining=True)

        assert list(TermsVersion.objects.values_list("number", flat=True)) == [1, 2]

    @pytest.mark.parametrize("name", ["terms_version_is_its_own", "terms_are_counted_from_one"])
    def test_are_numbered_by_the_database_too(self, cafe, name):
        received(cafe, terms=TERMS)
        row = TermsVersion.objects.get()

        with refused(by=name):
            copied(row, number=row.number if name == "terms_version_is_its_own" else 0)

    def test_are_only_added(self, cafe):
        """S-60: terms_are_only_added."""
        from django.db import DatabaseError

        received(cafe, terms=TERMS)

        with pytest.raises(DatabaseError, match="Cannot update or delete"):
            changed(TermsVersion.objects.get(), texts={})


class TestTheDocument:
    def test_comes_out_as_it_went_in(self, cafe):
        """The part `portal`: applied again it changes nothing, elsewhere it makes the same."""
        received(
            cafe, joining=True, birthday=True, questions=[QUESTION], terms=TERMS, terms_version=3
        )
        document = export_program(cafe)

        again = applied(document, own=cafe)
        other = applied(document | {"program": document["program"] | {"slug": "other"}}).program

        assert again.differences == []
        assert document["portal"] == {
            "joining": True,
            "birthday": True,
            "questions": [QUESTION],
            "terms": TERMS,
            "terms_version": 3,
        }
        assert export_program(other)["portal"] == document["portal"]

    def test_keeps_what_it_does_not_name(self, cafe):
        received(cafe, joining=True, questions=[QUESTION])
        before = Program.objects.get().version
        received(cafe, birthday=True)

        row = Reception.objects.get()
        assert (row.joining, row.birthday, row.questions) == (True, True, [QUESTION])
        assert Program.objects.get().version == before + 1

    def test_is_not_there_where_nothing_was_told(self, cafe):
        assert "portal" not in export_program(cafe)
