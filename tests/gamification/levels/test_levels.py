"""Levels: a curve over experience; marks are kept, a level pays once (G-75, G-76, G-X11)."""

import pytest

from gamification.levels.models import LevelMark
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.refusals import Malformed
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.documents import export_program
from tests.world.access import a_customer, a_shop
from tests.world.earning import a_rule
from tests.world.members import a_member
from tests.world.play import at, bought, heard, in_a_unit, member_of, returned, with_parts
from tests.world.programs import a_program
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db

THRESHOLDS = [0, 100, 300, 600, 1000]
CURVE = {"slug": "barista", "name": {"en": "Barista"}, "currency": "xp", "thresholds": THRESHOLDS}


def a_curve_cafe(*, curve=CURVE, **more):
    """One point of experience for each euro."""
    rule = a_rule("xp", currency="xp", counts_for_tier=False)
    cafe = a_program(parts={"rules": [rule]})
    if curve:
        with_parts(cafe, levels=[curve | more])
    a_member(cafe)
    return cafe


def level_of(cafe, who="ada"):
    (told,) = a_shop(cafe).get(f"/v1/members/ext:{who}/levels").json()["data"]
    missing = told["next"]["remaining"] if told["next"] else None
    return told["level"], told["experience"], missing


def facts_of(cafe):
    rows = AnnouncedFact.objects.filter(program_id=cafe.pk, name__startswith="level.")
    return [(row.name, row.body["level"], row.body["levels"]) for row in rows.order_by("id")]


def test_experience_becomes_a_level_that_returns_do_not_take():
    """G-X11: 620 is level 4, 380 to go; after a return of 50, 570 is still level 4, 430 to go."""
    cafe = a_curve_cafe()
    bought(cafe, "o-1", total=62_000, when="11-02 09:00")
    before = level_of(cafe)

    returned(cafe, "o-1", when="11-03 09:00", amount=5_000)

    assert before == (4, 620, 380)
    assert level_of(cafe) == (4, 570, 430)
    assert facts_of(cafe) == [("level.reached", 4, 3)]


def test_each_level_is_marked_when_it_was_reached():
    """G-76: by the deed that crossed, once each; the first level needs no mark."""
    cafe = a_curve_cafe()
    assert level_of(cafe) == (1, 0, 100)

    bought(cafe, "o-1", total=12_000, when="11-02 09:00")
    bought(cafe, "o-2", total=50_000, when="11-03 09:00")

    marks = LevelMark.objects.order_by("level").values_list("level", "reached_at")
    assert list(marks) == [
        (2, at("11-02 09:00")),
        (3, at("11-03 09:00")),
        (4, at("11-03 09:00")),
    ]
    assert facts_of(cafe) == [("level.reached", 2, 1), ("level.reached", 4, 2)]


def test_a_level_pays_once():
    """G-76: returned and earned again, it has been reached already."""
    prize = {"kind": "points", "currency": "stars", "points": 25}
    cafe = a_curve_cafe(prizes=[{"level": 2, "prize": prize}])
    bought(cafe, "o-1", total=12_000, when="11-02 09:00")
    returned(cafe, "o-1", when="11-03 09:00")

    bought(cafe, "o-2", total=12_000, when="11-04 09:00")

    grants = PrizeGrant.objects.filter(program=cafe)
    assert [(grant.amount, grant.recovered) for grant in grants] == [(25, 0)]
    assert level_of(cafe) == (2, 120, 180)


def test_a_new_curve_looks_back_without_a_word():
    """G-25, G-76: what was reached before is marked silently, and told under another name."""
    from gamification.criteria.life.backfilling import fill_page

    cafe = a_curve_cafe(curve=None)
    bought(cafe, "o-1", total=35_000, when="11-02 09:00")
    with_parts(cafe, levels=[CURVE], when="11-05 06:00")
    definition = LevelMark._meta.get_field("definition").related_model.objects.get(game="level")
    argument = {"definition": str(definition.pk), "is_silent": True}

    for _time in range(2):
        in_a_unit(
            lambda: fill_page(program=cafe, argument=argument, cursor=None, at=at("11-05 06:01"))
        )

    assert level_of(cafe) == (3, 350, 250)
    assert facts_of(cafe) == [("level.backfilled", 3, 2)]


def test_another_curve_takes_no_level_away():
    """G-76: holders keep their level."""
    cafe = a_curve_cafe()
    bought(cafe, "o-1", total=35_000, when="11-02 09:00")

    with_parts(cafe, levels=[CURVE | {"thresholds": [0, 500, 900, 2000]}], when="11-05 06:00")

    assert level_of(cafe) == (3, 350, 1650)


def test_a_merge_hands_levels_over():
    """G-10: totals add; what both have reached stays with who was merged."""
    cafe = a_curve_cafe()
    a_member(cafe, "grace")
    bought(cafe, "o-1", total=35_000, when="11-02 09:00")
    bought(cafe, "o-2", who="grace", total=30_000, when="11-03 09:00")

    a_shop(cafe).post("/v1/members/ext:grace/merge", {"into": "ext:ada"}, key="merge")
    heard(cafe)

    assert level_of(cafe) == (4, 650, 350)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"currency": "moons"}, "/currency"),
        ({"currency": "stars"}, "/currency"),
        ({"thresholds": [10, 20]}, "/thresholds"),
        ({"thresholds": [0, 20, 20]}, "/thresholds"),
        ({"prizes": [{"level": 6, "prize": {"kind": "points", "currency": "stars", "points": 1}}]}, "/prizes/0/level"),
    ],
)  # fmt: skip
def test_refuses_a_curve_that_is_none(changes, pointer):
    """G-75, G-76: experience is never spent and never ends; thresholds grow from 0. Nothing is kept."""
    cafe = a_curve_cafe(curve=None)

    with pytest.raises(Malformed) as refusal:
        with_parts(cafe, levels=[CURVE | changes])

    assert [problem.pointer for problem in refusal.value.problems] == [f"/levels/0{pointer}"]
    assert "levels" not in export_program(cafe)


def test_the_document_tells_it_as_it_was_told():
    cafe = a_curve_cafe()

    assert export_program(cafe)["levels"] == [CURVE]


def test_explains_itself_to_the_shop_and_to_the_member():
    """G-102: marks, thresholds, the latest deeds."""
    cafe = a_curve_cafe()
    bought(cafe, "o-1", total=12_000, when="11-02 09:00")
    ada = a_customer(cafe, member_of(cafe).pk)

    told = a_shop(cafe).get("/v1/members/ext:ada/levels/barista/explanation").json()
    mine = ada.get("/v1/me/levels/barista/explanation").json()

    assert (told["reason"], told["level"], told["experience"]) == ("not_yet", 2, 120)
    assert [(mark["level"], mark["experience"]) for mark in told["marks"]] == [(2, 120)]
    assert [deed["value"] for deed in told["deeds"]] == [120]
    assert mine["thresholds"] == THRESHOLDS
    assert ada.get("/v1/me/levels").json()["data"][0]["level"] == 2
    assert ada.get("/v1/me/levels/none/explanation").status_code == 404


def test_who_is_restricted_climbs_when_free_again():
    """G-7."""
    cafe = a_curve_cafe()
    shop = a_shop(cafe)
    bought(cafe, "o-1", total=12_000, when="11-02 09:00", heard=False)
    shop.post("/v1/members/ext:ada/status", {"status": "restricted"}, key="one")
    heard(cafe)
    held = level_of(cafe)[0]
    shop.post("/v1/members/ext:ada/status", {"status": "active"}, key="two")
    bought(cafe, "o-2", total=100, when="11-03 09:00")

    assert (held, level_of(cafe)[0]) == (1, 2)


def test_other_definitions_hear_of_levels():
    """G-20: `level.reached` is a measure; a badge stands on it."""
    badge = {
        "slug": "expert",
        "condition": {"measure": {"kind": "level.reached", "level": "barista"}},
        "tiers": [{"slug": "expert", "target": 3, "name": {"en": "Expert"}}],
    }
    cafe = a_curve_cafe()
    with_parts(cafe, badges=[badge])

    bought(cafe, "o-1", total=62_000, when="11-02 09:00")

    told = AnnouncedFact.objects.filter(program_id=cafe.pk, name="badge.awarded")
    assert told.count() == 1


def test_the_database_refuses_by_itself():
    """G-76: a level once, never lost; the first has no mark."""
    cafe = a_curve_cafe()
    bought(cafe, "o-1", total=12_000, when="11-02 09:00")
    mark = LevelMark.objects.get()

    with refused("level_is_reached_once"):
        copied(mark)
    with refused("first_level_needs_no_mark"):
        changed(mark, level=1)
    with refused("level_is_never_lost"):
        LevelMark.objects.filter(pk=mark.pk)._raw_delete("default")
