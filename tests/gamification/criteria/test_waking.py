"""What a change wakes, what it costs where it wakes nothing, and what is tried on something live (G-8, G-19, G-30)."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gamification.badges.awards.hearing import hear as look
from gamification.badges.models import Award
from gamification.criteria.life.previewing import look as looked
from gamification.criteria.life.publishing import draft_version
from gamification.criteria.models import Definition, DefinitionVersion
from gamification.criteria.refusals import SlugTaken
from gamification.deeds.models import Deed
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import Malformed
from loyalty.outbox.facts import Told
from loyalty.outbox.models import AnnouncedFact
from tests.world.play import (
    FIRST_CUP,
    a_cafe,
    at,
    bought,
    happened,
    in_a_unit,
    member_of,
    with_parts,
)

pytestmark = pytest.mark.django_db

NOW = at("11-20 09:00")
REVIEWS = FIRST_CUP | {
    "slug": "critic",
    "condition": {"measure": {"kind": "deeds.count", "of": "review.written"}},
}


def told_of(cafe):
    rows = AnnouncedFact.objects.filter(program_id=cafe.pk, name="deeds.changed").order_by("pk")
    return [row.body["kinds"] for row in rows]


def test_a_change_is_told_only_where_something_live_looks_at_it():
    """G-8, G-19: orders are deeds and wake nobody; a review is told once, with its kind."""
    cafe = a_cafe(badges=[REVIEWS])

    bought(cafe, "o-1", when="11-02 09:00")
    deeds, silence = Deed.objects.filter(kind="order.paid").count(), told_of(cafe)
    happened(cafe, "review.written", when="11-03 09:00", rating=5, sku="COF-1")

    assert (deeds, silence) == (1, [])
    assert told_of(cafe) == ["review.written"]
    assert Award.objects.count() == 1


def test_a_kind_that_nobody_looks_at_ends_at_the_gate():
    """G-19: programme with catalogue, members; then nothing more is asked."""
    cafe = a_cafe(badges=[REVIEWS])
    ada = member_of(cafe)
    body = {"kinds": "order.paid", "is_corrected": False, "is_late": False, "is_silent": False}
    fact = Told(id=1, name="deeds.changed", program_id=cafe.pk, member_id=ada.pk, at=NOW, body=body)
    in_a_unit(partial(look, [fact]))  # reads the catalogue

    with CaptureQueriesContext(
        connection,
    ) as asked:
        in_a_unit(partial(look, [fact]))

    assert len([each for each in asked if "SAVEPOINT" not in each["sql"]]) == 2


def test_another_wording_of_something_live_is_tried_and_changes_nothing():
    """G-30: three cups instead of one: who would gain is counted, what is live stays as it is."""
    cafe = a_cafe(badges=[FIRST_CUP])
    for number in (1, 2):
        bought(cafe, f"o-{number}", when=f"11-0{number + 1} 09:00")
    row = Definition.objects.get()
    stricter = FIRST_CUP["tiers"][0] | {"target": 3}
    try_on = partial(looked, program=cafe, definition=row, zone=cafe.zone, at=NOW)
    settings = row.versions.get().settings

    now, then = try_on(settings=settings), try_on(settings=settings | {"tiers": [stricter]})

    assert (now.members, then.members) == (1, 0)
    assert DefinitionVersion.objects.count() == 1
    assert list(Award.objects.values_list("state", flat=True)) == ["active"]


def test_a_new_definition_has_a_name_of_its_own():
    """Section 18: `slug_taken`, and nothing is drafted."""
    cafe = a_cafe(badges=[FIRST_CUP])
    draft = partial(draft_version, program=cafe, game="badge", actor=job("test"), at=NOW)

    with pytest.raises(SlugTaken):
        draft(told=FIRST_CUP, is_new=True)

    assert DefinitionVersion.objects.count() == 1


class TestDocument:
    def test_what_was_drafted_is_put_in_force_by_its_name(self):
        """G-21, G-22: what the document does not name stays, in a draft as well."""
        cafe = a_cafe(badges=[FIRST_CUP | {"state": "draft"}])
        bought(cafe, "o-1", when="11-02 09:00")
        drafted = Award.objects.count()

        with_parts(cafe, when="11-03 09:00", badges=[{"slug": "first-cup", "state": "live"}])
        bought(cafe, "o-2", when="11-04 09:00")

        assert drafted == 0
        assert Award.objects.count() == 1
        assert Definition.objects.get().live_number == 1

    def test_a_draft_beside_what_is_live_is_put_in_force_when_it_is_told(self):
        """G-22: staff drafted the same wording; telling it in the document is publishing it."""
        cafe = a_cafe(badges=[FIRST_CUP])
        stricter = FIRST_CUP | {"tiers": [FIRST_CUP["tiers"][0] | {"target": 3}]}
        draft_version(program=cafe, game="badge", told=stricter, actor=job("test"), at=NOW)

        with_parts(cafe, when="11-20 10:00", badges=[stricter])

        assert Definition.objects.get().live_number == 2

    def test_half_a_wording_is_not_understood(self):
        """What a game needs and nobody ever told is named, with its place."""
        cafe = a_cafe()

        with pytest.raises(Malformed) as refusal:
            with_parts(cafe, badges=[{"slug": "empty"}])

        assert {each.pointer for each in refusal.value.problems} == {
            "/badges/0/condition",
            "/badges/0/tiers",
        }
        assert not Definition.objects.exists()
