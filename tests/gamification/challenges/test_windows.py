"""When a window is open."""

import pytest

from gamification.challenges.attempts.progressing import repeated
from gamification.challenges.terms import read_terms, run_from_joining, runs_open
from tests.world.challenges import ORDERS
from tests.world.play import a_cafe, at

pytestmark = pytest.mark.django_db


def terms_of(window, **wording):
    settings = {"window": window, "steps": [{"measure": ORDERS, "at_least": 1}], **wording}
    return read_terms(a_cafe(), settings, zone="Europe/Kyiv")


@pytest.mark.parametrize(
    ("window", "ends"),
    [
        ({"from_joining": "P14D"}, "11-23 22:00"),
        ({"from_joining": "P1M"}, "12-09 22:00"),
        ({"from_joining": "P1M", "through": "month"}, "12-31 22:00"),
        ({"from_joining": "P14D", "through": "week"}, "11-29 22:00"),
    ],
)
def test_the_joining_day_is_day_one(window, ends):
    """G-47, G-X6: joined on 10 November 2026 at 15:00 in Kyiv; windows end at midnight there."""
    run = run_from_joining(terms_of(window), at("11-10 13:00"), key="")

    assert (run.starts_at, run.ends_at) == (at("11-09 22:00"), at(ends))
    assert run.closes_at - run.ends_at == at("11-12 00:00") - at("11-10 00:00")


def keys_of(terms, first, last, *, opened="10-05 12:00", now="11-18 12:00"):
    runs = runs_open(terms, first=at(first), last=at(last), opened_at=at(opened), at=at(now))
    return [run.key for run in runs]


def test_calendar_runs_are_those_touched_and_still_open():
    """G-6, G-51: weeks are ISO weeks; what closed more than 48 hours ago is left alone."""
    weekly = terms_of({"calendar": "week"}, recurrence="on_expiration")

    assert keys_of(weekly, "11-10 12:00", "11-18 12:00", now="11-17 21:59") == [
        "2026-W46",
        "2026-W47",
    ]
    assert keys_of(weekly, "11-10 12:00", "11-18 12:00", now="11-17 22:00") == ["2026-W47"]
    assert keys_of(weekly, "01-05 12:00", "11-18 12:00", opened="11-17 12:00") == ["2026-W47"]


def test_a_calendar_challenge_that_does_not_come_back_has_the_period_of_its_opening():
    """G-47."""
    once = terms_of({"calendar": "month"})

    assert keys_of(once, "10-20 12:00", "11-18 12:00", now="10-20 12:00") == ["2026-10"]
    assert keys_of(once, "11-18 12:00", "11-18 12:00") == []


@pytest.mark.parametrize(
    ("deeds", "repeats_max", "carries_over", "done", "left"),
    [
        ([4, 4, 4], 1, False, 1, 0),
        ([4, 4, 4], 1, True, 1, 2),
        ([25], 1, True, 1, 15),
        ([25], 1, False, 1, 0),
        ([25], 2, True, 2, 5),
        ([25], 2, False, 2, 0),
        ([25, 1], 1, True, 2, 6),
        ([9], 1, True, 0, 9),
        ([], 1, True, 0, 0),
    ],
)
def test_one_deed_ends_so_many_repeats(deeds, repeats_max, carries_over, done, left):
    """G-49: ten again and again; what is beyond the last that a deed may end is carried over, or gone."""
    told = [(at(f"11-{day:02} 09:00"), value) for day, value in enumerate(deeds, start=1)]

    standings = repeated(told, at_least=10, repeats_max=repeats_max, carries_over=carries_over)

    assert [each.completed_at is not None for each in standings] == [True] * done + [False]
    assert standings[-1].values == (left,)
