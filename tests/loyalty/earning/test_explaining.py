"""Explanations as sentences with the numbers that were kept (E-50, E-51)."""

import pytest

from loyalty.earning.explaining import Teller, explanations_of, with_sentences
from loyalty.earning.models import Explanation
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
