"""The database refuses by itself what the rules refuse in words; each constraint and trigger alone, by raw rows."""

import pytest
from django.db import transaction

from gamification.badges.models import Award, AwardChange
from gamification.criteria.models import Definition, DefinitionVersion, Measure, Tally
from gamification.deeds.models import Correction, Deed
from gamification.prizes.models import PlayBudget, PrizeGrant, PrizeStock
from tests.world.play import FIRST_CUP, a_cafe, at, bought, member_of, returned
from tests.world.tables import changed, copied, refused

pytestmark = pytest.mark.django_db


def a_deed():
    cafe = a_cafe()
    bought(cafe, "o-1", when="11-02 09:00")
    returned(cafe, "o-1", when="11-03 09:00", amount=100)
    return Deed.objects.get(kind="order.paid")


def a_definition():
    definition = Definition.objects.create(
        program=a_cafe(), game="badge", slug="first-cup", created_at=at("11-01 06:00")
    )
    version = DefinitionVersion.objects.create(
        definition=definition,
        number=1,
        settings={},
        zone="UTC",
        drafted_at=at("11-01 06:00"),
        published_at=at("11-01 06:00"),
    )
    changed(definition, state="live", live_number=1)
    definition.refresh_from_db()
    return definition, version


def test_deeds():
    """G-2, G-3."""
    deed = a_deed()
    with refused("deed_counts_once"):
        copied(deed)
    with refused("deed_returns_no_more_than_told"):
        changed(deed, returned_amount=deed.amount + 1)
    with refused("deed_source_is_known"):
        changed(deed, source="dream")
    with refused("deed_is_never_deleted"), transaction.atomic():
        Deed.objects.filter(pk=deed.pk)._raw_delete("default")


def test_corrections():
    """G-4."""
    correction = Correction.objects.get(deed=a_deed())
    with refused("return_corrects_once"):
        copied(correction)
    with refused("correction_is_never_changed"):
        changed(correction, amount=0)


def test_measures_and_tallies():
    """G-17, G-18."""
    cafe = a_cafe()
    measure = Measure.objects.create(
        program=cafe, digest="d", spec={}, zone="UTC", is_additive=True, wakes=[]
    )
    tally = Tally.objects.create(measure=measure, member=member_of(cafe), value=1)
    with refused("equal_specs_share_a_measure"):
        copied(measure)
    with refused("tally_is_not_below_zero"):
        changed(tally, value=-1)


def test_definitions():
    """G-21, G-22."""
    definition, version = a_definition()
    with refused("definition_slug_is_its_own"):
        copied(definition)
    with refused("definition_state_is_known"):
        changed(definition, state="asleep")
    with refused("live_definition_has_a_version"):
        changed(definition, live_number=None)
    with refused("live_slug_never_changes"):
        changed(definition, slug="other")
    with refused("definition_versions_count_up"):
        copied(version)
    with refused("published_wording_is_frozen"):
        changed(version, settings={"now": "stricter"})
    changed(definition, state="retired")
    with refused("retired_definition_stays_retired"):
        changed(definition, state="live")


def a_badge():
    """Ada has the first of a hundred first cups, with a prize."""
    prize = {"kind": "points", "currency": "stars", "points": 20}
    tier = FIRST_CUP["tiers"][0] | {"edition": 100, "prize": prize}
    cafe = a_cafe(badges=[FIRST_CUP | {"tiers": [tier]}])
    bought(cafe, "o-1", when="11-02 09:00")
    return Award.objects.get()


def test_awards():
    """G-39, G-41, G-43."""
    award = a_badge()
    with refused("award_is_held_once"):
        copied(award, edition_no=None)
    with refused("edition_number_is_given_once"):
        copied(award, occasion="#2")
    with refused("only_a_suspended_award_waits"):
        changed(award, suspended_until=at("12-01 09:00"))
    with refused("award_is_never_deleted"), transaction.atomic():
        Award.objects.filter(pk=award.pk)._raw_delete("default")
    with refused("award_change_is_never_changed"):
        changed(AwardChange.objects.get(), reason="Another.")
    changed(award, state="revoked")
    with refused("awards_move_as_allowed"):
        changed(award, state="suspended")


def test_prizes():
    """G-32 to G-35."""
    award = a_badge()
    grant = PrizeGrant.objects.get()
    with refused("prize_is_given_once"):
        copied(grant)
    with refused("prize_is_taken_back_up_to_its_amount"):
        changed(grant, state="reversed", recovered=21)
    with refused("prize_is_something"):
        changed(grant, amount=0)
    with refused("only_a_reversed_prize_is_taken_back"):
        changed(grant, recovered=1)
    stock = PrizeStock.objects.get()
    with refused("stock_is_counted_in_one_place"):
        copied(stock)
    with refused("stock_is_never_exceeded"):
        changed(stock, issued=101)
    budget = PlayBudget.objects.create(
        program=award.program, slug="fun", limit=10, created_at=at("11-01 06:00")
    )
    with refused("play_budget_slug_is_its_own"):
        copied(budget)
    with refused("play_budget_is_kept"):
        changed(budget, spent=11)
