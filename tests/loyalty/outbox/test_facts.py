"""Facts: plain, flat, and readable in the next release."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest

from loyalty.foundation.ids import Id
from loyalty.outbox.facts import Fact, all_facts, body_of, from_json, revived, to_json
from tests.world.outbox import ADA, CAFE, MORNING, CupServed, a_cup


@dataclass(frozen=True, kw_only=True)
class EverythingHappened(Fact):
    """A fact with a value of each plain type."""

    name: ClassVar[str] = "test.everything_happened"
    whom: Id
    points: int
    is_true: bool
    word: str
    until: datetime
    day: date
    perhaps: Id | None = None


def everything():
    return EverythingHappened(
        program_id=CAFE,
        member_id=None,
        at=MORNING,
        whom=ADA,
        points=2**62,
        is_true=True,
        word="قهوة",
        until=datetime.fromisoformat("2026-03-29T03:30:00+03:00"),
        day=date(2028, 2, 29),
    )


class TestAFact:
    def test_becomes_flat_json_and_comes_back(self):
        """V-11: what is announced is what receivers are handed."""
        told = to_json(everything())

        assert told == {
            "name": "test.everything_happened",
            "program_id": str(CAFE),
            "member_id": None,
            "at": "2026-03-02T08:00:00+00:00",
            "whom": str(ADA),
            "points": 4611686018427387904,
            "is_true": True,
            "word": "قهوة",
            "until": "2026-03-29T00:30:00+00:00",
            "day": "2028-02-29",
            "perhaps": None,
        }
        assert from_json(told) == everything()

    def test_of_an_older_release_lacks_optional_fields_and_of_a_newer_one_has_more(self):
        """V-11: rows outlive releases; facts only gain optional fields."""
        body = {"number": 1, "temperature": 65}

        fact = revived(CupServed, program_id=CAFE, member_id=ADA, at=MORNING, body=body)

        assert fact == a_cup(1)

    def test_is_known_by_its_name(self):
        """V-11."""
        assert all_facts()["test.cup_served"] is CupServed

    def test_has_a_body_of_its_own_values_only(self):
        """V-11: programme, member and time are columns."""
        assert body_of(a_cup(3)) == {"number": 3, "sugar": None}


class TestAFactClass:
    def test_with_a_nested_value_is_refused(self):
        """V-11."""
        with pytest.raises(AssertionError, match="not a flat plain value"):

            class Nested(Fact):
                name = "test.nested"
                lines: list[int]

    def test_with_the_name_of_another_is_refused(self):
        """V-11."""
        with pytest.raises(AssertionError, match="two facts are called"):

            class Double(Fact):
                name = "test.cup_served"

    def test_that_inherits_its_name_is_refused(self):
        """V-11."""
        with pytest.raises(AssertionError, match="give it its own"):

            class Heir(CupServed):
                pass

    def test_refuses_a_time_without_an_offset(self):
        """V-25."""
        fact = CupServed(
            program_id=CAFE, at=datetime(2026, 3, 2, tzinfo=UTC).replace(tzinfo=None), number=1
        )

        with pytest.raises(AssertionError, match="offset"):
            to_json(fact)
