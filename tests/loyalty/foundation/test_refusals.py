"""Refusals: values for machines, sentences for people."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from loyalty.events.intake.refusing import EventInFuture
from loyalty.imports.refusals import AlreadyExpired
from loyalty.programs.calendar import local_time

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "21 November 2026, 14:00"), ("uk", "21 листопада 2026\N{NO-BREAK SPACE}р., 14:00"), ("ar", "21 نوفمبر 2026، 14:00"), ("fa", "30 آبان 1405، 14:00")],
)  # fmt: skip
def test_an_instant_is_told_by_the_clocks_of_its_zone_and_in_the_readers_language(language, told):
    """U-60, U-66"""
    refusal = EventInFuture(now=local_time(NOON, "Europe/Kyiv"))

    with translation.override(language):
        assert told in refusal.sentence()

    assert refusal.plain_values() == {"now": "2026-11-21T14:00:00+02:00"}


def test_a_day_is_told_in_the_readers_language():
    """U-60"""
    refusal = AlreadyExpired(day=date(2026, 11, 21))

    assert refusal.sentence() == "These points would have ended on 21 November 2026."
    assert refusal.plain_values() == {"day": "2026-11-21"}
