"""Explanations as sentences with the numbers that were kept (E-50, E-51)."""

import re

import pytest
from django.utils import translation
from django.utils.translation import override

from loyalty.earning.explaining import Teller, explanations_of, with_sentences
from loyalty.earning.models import Explanation
from loyalty.earning.telling import words
from loyalty.earning.telling.rules import rule_sentence
from loyalty.earning.telling.steps import REASONS, STEPS, reason_sentence
from tests.world.earning import ORDER_5990, a_cafe, a_rule, rewarded, telling
from tests.world.members import a_member, some_members

pytestmark = pytest.mark.django_db(transaction=True)


class TestExplanation:
    def test_reads_as_sentences_with_the_numbers_that_were_kept(self):
        """E-50."""
        cafe = a_cafe(
            a_rule(),
            a_rule(
                "double", name={"en": "Double Friday"}, effect={"kind": "multiplier", "by": "2"}
            ),
        )
        (answer,) = rewarded(
            cafe, told := telling(ORDER_5990 | {"paid_with_points": 1000}, of=a_member(cafe))
        )

        explained = with_sentences(answer.explanation, cafe, event_id=told.event_id)

        assert explained["event"].startswith("evt_")
        assert "context" not in explained
        assert (explained["points"], explained["by_currency"]) == (74, {"stars": 74})
        assert [step["sentence"] for step in explained["rules"][0]["steps"]] == [
            "1 point for each 1.00 EUR of 37.48… EUR: 37.48….",
            "Double Friday makes it 2 times as many: 74.97….",
            "Rounded down: 74.",
        ]

    def test_names_the_window_and_the_time(self):
        """E-51."""
        rule = a_rule(
            name={"en": "Happy hour"},
            windows=[{"weekdays": ["mon", "fri"], "from": "15:00", "to": "18:00"}],
        )
        cafe = a_cafe(rule)
        (answer,) = rewarded(cafe, telling(ORDER_5990, of=a_member(cafe)))

        explained = with_sentences(answer.explanation, cafe)

        assert explained["sentence"] == explained["rules"][0]["sentence"]
        assert explained["sentence"] == (
            "Happy hour holds on Monday and Friday from 15:00 to 18:00; it was Friday, 12:00."
        )

    def test_many_are_told_with_as_many_queries_as_one(self, django_assert_num_queries):
        cafe = a_cafe(a_rule())
        members = some_members(cafe, 20)
        rewarded(cafe, *[telling(ORDER_5990, of=member) for member in members])
        kept = list(explanations_of(Explanation.objects.values_list("pk", flat=True)).values())

        with django_assert_num_queries(2):
            teller = Teller(cafe, kept)
            told = [teller.told(each) for each in kept]

        assert len(told) == 20


@pytest.mark.parametrize("language", ["ar", "fa", "uk"])
def test_no_code_lacks_a_sentence_in_any_language(language):
    """E-50, E-51: every step and every reason is said in each, with the same numbers in it."""
    everything = {**STEPS, **REASONS}
    with override("en"):
        english = {code: str(sentence) for code, sentence in everything.items()}
    with override(language):
        told = {code: str(sentence) for code, sentence in everything.items()}

    silent = {code for code in told if told[code] == english[code] and code != "fixed"}
    assert silent == set()
    assert {code: _blanks(told[code]) for code in told} == {
        code: _blanks(english[code]) for code in told
    }


def test_every_reason_of_the_page_has_a_sentence():
    """E-51."""
    page = (
        "paused outside_dates outside_window wrong_tier not_in_segment condition_false condition_failed field_missing"
        " no_lines_match order_number once_per cooldown times excluded_by trimmed_to_zero nothing_counts"
        " member_suspended birthday_kept would_have_expired"
    )

    assert set(page.split()) <= REASONS.keys()


def _blanks(sentence):
    return sorted(re.findall(r"{(\w+)}", sentence))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"unlock": {"after": "P0D", "from": "event"}}, "usable at once"),
        ({"unlock": {"after": "P14D", "from": "event"}}, "usable after 14 days"),
        ({"unlock": {"after": "P1D", "from": "order.fulfilled"}}, "usable 1 day after the order is fulfilled"),
        ({"unlock": {"after": "P0D", "from": "safe_order"}}, "usable once points of a paid order have opened"),
        ({"expiry": {"kind": "rolling", "period": "P12M"}}, "good for 12 months"),
        ({"expiry": {"kind": "never"}}, "good for ever"),
        ({"expiry": {"kind": "end_of_year", "years": 1}}, "good until the end of the year"),
        ({"expiry": {"kind": "fixed_dates", "dates": ["06-30"]}}, "good until the next 30 June"),
        ({"expiry": {"kind": "sliding", "period": "P6M", "activities": ["order.paid"]}},
         "good for 6 months since the last activity"),
        ({"counts_for_tier": True}, "counting for the tier"),
    ],
)  # fmt: skip
def test_a_rules_sentence_says_what_becomes_of_the_points(told, said):
    """U-30, E-55, E-56."""
    assert rule_sentence(a_rule(**told), money="EUR", zone="UTC").endswith(f", {said}.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "from 6 December 2026 until before 7 December 2026, since 1 December 2026, 00:00, until 24 December 2026, 18:00."),
        ("uk", "1 грудня 2026\N{NO-BREAK SPACE}р., 00:00"),
        ("fa", "10 آذر 1405، 00:00"),
        ("ar", "1 ديسمبر 2026"),
    ],
)  # fmt: skip
def test_a_rules_sentence_tells_its_dates_as_the_reader_writes_them(language, said):
    """E-25: whatever the offset in which they were written, by the programme's clocks."""
    rule = a_rule(
        starts_at="2026-11-30T22:00:00Z",
        ends_at="2026-12-24T17:00:00+01:00",
        windows=[{"dates": {"from": "2026-12-06", "to": "2026-12-07"}}],
    )

    with translation.override(language):
        assert said in rule_sentence(rule, money="EUR", zone="Europe/Kyiv")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "30 June"), ("uk", "30 червня"), ("fa", "30 ژوئن"), ("ar", "30 يونيو")],
)
def test_a_day_of_every_year_is_told_without_a_year(language, said):
    with translation.override(language):
        assert words.day_of_the_year("06-30") == said


def test_a_reason_tells_its_day_as_the_reader_writes_it():
    """E-51"""
    told = {"date": "2026-11-20"}

    assert reason_sentence("outside_dates", told, names={}).endswith(" on 20 November 2026.")
    with translation.override("uk"):
        assert reason_sentence("outside_dates", told, names={}).endswith(
            " 20 листопада 2026\N{NO-BREAK SPACE}р."
        )


@pytest.mark.parametrize(
    ("language", "comma"), [("en", ", "), ("uk", ", "), ("fa", "، "), ("ar", "، ")]
)
def test_the_parts_of_a_rules_sentence_are_joined_as_the_language_does_it(language, comma):
    """U-30: Arabic and Persian have a comma of their own."""
    rule = a_rule(windows=[{"weekdays": ["mon", "tue", "wed"]}], limits={"points_per_event": 10})

    with translation.override(language):
        sentence = rule_sentence(rule, money="EUR", zone="UTC")

    others = {", ", "، "} - {comma}
    assert sentence.count(comma) == 3
    assert not any(other in sentence for other in others)


@pytest.mark.parametrize(("language", "told"), [("en", "{}"), ("fa", "\u2066{}\u2069")])
def test_an_expression_is_read_from_left_to_right_in_every_language(language, told):
    """U-30, U-42: in a sentence from right to left its parts would change places."""
    expression = "order.basis >= 5000 && member.tier_rank >= 1"
    with override(language):
        sentence = rule_sentence(a_rule(expression=expression), money="EUR", zone="UTC")

    assert told.format(expression) in sentence
