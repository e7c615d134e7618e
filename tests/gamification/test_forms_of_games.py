"""Forms of streaks, stamp cards, levels and boards: what they show is what they say; problems stand at their field (U-30)."""

import json
from pathlib import Path

import pytest
from django.http import QueryDict

import gamification.admin  # registers the forms  # noqa: F401
from gamification.criteria.desk.editing import sentences_of
from gamification.criteria.desk.editors import editor_of, why_not
from gamification.criteria.desk.pieces.around import Around
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.levels.filling import Way, filled
from tests.world.access import a_staff
from tests.world.clocked import a_test_cafe
from tests.world.play import a_cafe

pytestmark = pytest.mark.django_db

PLAY = "/admin/gamification/definition/"
CAFE = json.loads(Path("loyalty/presets/cafe.json").read_text(encoding="utf-8"))
PARTS = {
    "streaks": "streak",
    "stamp_cards": "stamp_card",
    "levels": "level",
    "leaderboards": "leaderboard",
}
PAID = {"kind": "deeds.count", "of": "order.paid"}
CAKE = {"kind": "points", "currency": "stars", "points": 50}
COFFEE = {"kind": "reward", "reward": "free-coffee", "take_back": "keep", "cost": 250}
SPENT = {"kind": "deeds.sum", "of": "order.paid", "value": "amount"}
# Everything that the pages name, and the worked examples.
WORDINGS = {
    "streak": [
        {"period": "day", "condition": {"measure": PAID}, "freezes": {"start": 1, "every": 5, "max": 2, "in_a_row": 1}},
        {"period": "month", "condition": {"measure": SPENT, "at_least": 2500}, "grace": "PT24H", "clock": "member"},
        {
            "period": "day",
            "condition": {"measure": PAID | {"where": {"place": ["north"], "weekday": ["mon"]}}, "at_least": 2},
            "freezes": {"max": 0},
            "rest": {"weekdays": ["sat", "sun"], "dates": ["2026-12-25", "2027-01-01"]},
            "day_start": 4,
            "grace": "PT0H",
        },
    ],
    "stamp_card": [
        {
            "size": 10,
            "endowed": 2,
            "positions": [{"at": 5, "prize": COFFEE}, {"at": 10, "prize": CAKE}],
            "stamps_from": {"order_lines": {"categories": ["coffee"], "skus": ["COF-1"]}, "max_per_event": 2},
            "limits": {"per_visit": None, "per_day": 10, "minimum_spend": 300},
        },
        {
            "positions": [{"at": 3, "prize": CAKE}],
            "stamps_from": {"amount": {"step": 500, "places": ["north"]}},
            "expiry": {"inactivity": "P6M"},
            "limits": {"per_hours": {"stamps": 3, "hours": 12}, "per_staff_hour": 5},
        },
        {"positions": [{"at": 3, "prize": CAKE}], "stamps_from": {"orders": {"min_amount": 1000}}},
        {
            "positions": [{"at": 3, "prize": CAKE}],
            "stamps_from": {"events": {"type": "review.written"}},
            "expiry": {"date": "2027-01-31"},
        },
        {"positions": [{"at": 3, "prize": CAKE}]},
    ],
    "level": [
        {"currency": "xp", "thresholds": [0, 100, 300, 600, 1000]},
        {"currency": "xp", "thresholds": [0, 50], "prizes": [{"level": 2, "prize": CAKE}]},
    ],
    "leaderboard": [
        {"measure": SPENT, "period": "week", "best": True, "ranking": "dense", "unit": {"en": "spent"}},
        {
            "measure": PAID,
            "prizes": [{"places": [1, 1], "prize": COFFEE}, {"places": [2, 10], "prize": CAKE}],
            "ties": "shared",
            "k": 0,
            "grace": "P1D",
            "clawback_for": "P30D",
            "who": {"all": [
                {"measure": {"kind": "tier.rank", "tier": "gold", "when": "now"}},
                {"not": {"measure": {"kind": "segment.in", "segment": "staff"}}},
            ]},
        },
        {"measure": PAID, "period": "ever", "grace": "PT12H"},
    ],
}  # fmt: skip


@pytest.fixture
def cafe():
    return a_cafe()


@pytest.mark.parametrize("game", WORDINGS)
def test_nothing_is_lost_on_the_way_through_a_form(cafe, game):
    """U-30: the café's own definitions, and every field that there is; each says something in four languages."""
    part = next(name for name, of in PARTS.items() if of == game)
    wordings = [{"slug": "one", "name": {"en": "One"}, **each} for each in WORDINGS[game]]

    for told in [*CAFE[part], *wordings]:
        editor = editor_of(game)
        assert why_not(editor, program=cafe, told=told) == "", told
        said = sentences_of(editor, told, program=cafe)
        assert [bool(each["lines"]) for each in said] == [True] * 4


@pytest.mark.parametrize(
    ("game", "place", "field"),
    [
        ("streak", "freezes/every", "freezes__every"),
        ("streak", "rest/dates/0", "rest__dates"),
        ("level", "thresholds/3", "thresholds"),
        ("leaderboard", "grace", "grace"),
        ("leaderboard", "clawback_for", "clawback_for"),
        ("stamp_card", "endowed", "endowed"),
    ],
)
def test_a_problem_stands_at_its_field(cafe, game, place, field):
    """U-30."""
    told = {"slug": "one", "name": {"en": "One"}, **WORDINGS[game][0]}
    form = shown_again(cafe, game, told)

    form.blame(place.split("/"), "Wrong.")

    assert form.errors == {field: ["Wrong."]}


@pytest.mark.parametrize(
    ("game", "number", "place", "inner"),
    [
        ("stamp_card", 0, "positions/1/at", "at"),
        ("leaderboard", 1, "prizes/1/places", "first_place"),
        ("leaderboard", 1, "prizes/1/places/1", "last_place"),
        ("level", 1, "prizes/0/level", "level"),
    ],
)
def test_a_problem_of_a_row_stands_in_it(cafe, game, number, place, inner):
    """U-30."""
    told = {"slug": "one", "name": {"en": "One"}, **WORDINGS[game][number]}
    form = shown_again(cafe, game, told)
    steps = place.split("/")

    form.blame(steps, "Wrong.")

    assert form.inner[steps[0]].filled[int(steps[1])].errors == {inner: ["Wrong."]}


@pytest.mark.parametrize(
    ("place", "inner"),
    [("stamps_from/order_lines/skus/0", "skus"), ("stamps_from/max_per_event", "max_per_event")],
)
def test_a_problem_of_where_stamps_come_from_stands_there(cafe, place, inner):
    """U-30."""
    told = {"slug": "one", "name": {"en": "One"}, **WORDINGS["stamp_card"][0]}
    form = shown_again(cafe, "stamp_card", told)

    form.blame(place.split("/"), "Wrong.")

    assert form.inner["stamps_from"].errors == {inner: ["Wrong."]}


def shown_again(cafe, game, told):
    """The form, sent as it was shown."""
    form = editor_of(game)(around=Around(cafe), told=told, data=typed(cafe, game, told))
    assert form.is_valid()
    return form


def typed(cafe, game, told):
    """What a browser sends if nobody touches the form."""
    data = QueryDict(mutable=True)
    editor_of(game)(around=Around(cafe), told=told).typed(data)
    return data


@pytest.mark.parametrize("game", WORDINGS)
def test_a_first_one_is_written_without_json(game):
    """U-30, G-22: name and prizes filled in, kept as a draft; the page and what it says are there before."""
    cafe = a_test_cafe()
    browser = a_staff(cafe, "marketer")
    page = browser.get(f"{PLAY}add/?game={game}")
    sent = typed(cafe, game, {"name": {"en": "First"}, **FIRST[game]})
    data = {name: sent.getlist(name) for name in sent}

    tried = browser.post(f"{PLAY}add/?game={game}", data | {"try": "1"})
    nothing = Definition.objects.count()
    kept = browser.post(f"{PLAY}add/?game={game}", data | {"keep": "1"})

    assert (page.status_code, tried.status_code, nothing, kept.status_code) == (200, 200, 0, 302)
    version = DefinitionVersion.objects.get()
    assert version.definition.slug == "first"
    assert {name: version.settings.get(name) for name in FIRST[game]} == FIRST[game]


FIRST = {
    "streak": {"period": "week", "condition": {"measure": PAID}},
    "stamp_card": {"positions": [{"at": 4, "prize": CAKE}]},
    "level": {"currency": "xp", "thresholds": [0, 100, 300]},
    "leaderboard": {"measure": PAID, "prizes": [{"places": [1, 3], "prize": CAKE}]},
}


def test_thresholds_are_filled_in():
    """G-76, G-X11: 50 n (n - 1)."""
    assert filled(way=Way.QUADRATIC, step=100, levels=5) == [0, 100, 300, 600, 1000]
    assert filled(way=Way.LINEAR, step=50, levels=3) == [0, 50, 100]
    assert filled(way=Way.EXPONENTIAL, step=10, levels=4) == [0, 10, 30, 70]
    assert len(filled(way=Way.EXPONENTIAL, step=10, levels=100)) < 100
