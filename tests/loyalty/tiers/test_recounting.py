"""A ladder that counts another point currency counts all days again (T-5, T-7, T-42)."""

from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.ledger.merging import merge
from loyalty.members.models import Member
from loyalty.tiers.ladders.drafting import draft
from loyalty.tiers.midnights.applying import apply_to_members
from loyalty.tiers.models import LadderRevision
from loyalty.tiers.telling.previewing import preview_ladder
from tests.world.ledger import TILL, a_member
from tests.world.programs import applied
from tests.world.tiers import (
    a_cafe,
    a_ladder,
    claimed,
    days_of,
    earned,
    moves_of,
    noon,
    shown,
    tier_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def changed(program, *, at, currency="xp", reaches_everybody=True):
    """The same tiers, counted in another currency."""
    part = a_ladder() | {"currency": currency}
    applied({"program": {"slug": program.slug}, "tiers": part}, at=at)
    if reaches_everybody:
        live = LadderRevision.objects.get(ladder__program=program, state="live")
        run(partial(apply_to_members, program=program, revision_id=live.pk, cursor=None, at=at))


@pytest.fixture
def cafe():
    """Ada has 600 stars and 1,600 experience; all of it counts."""
    cafe = a_cafe()
    ada = a_member(cafe)
    earned(600, by=ada, on="2026-03-02")
    earned(1600, by=ada, on="2026-04-03", currency="xp")
    return cafe


def test_days_and_tiers_follow_the_new_currency_when_it_reaches_the_member(cafe):
    ada = _ada(cafe)
    assert (tier_of(ada), days_of(ada)) == ("silver", {"2026-03-02": (600, 0, 0)})

    changed(cafe, at=noon("2026-05-01", cafe))

    assert days_of(ada) == {"2026-03-02": (0, 0, 0), "2026-04-03": (1600, 0, 0)}
    assert moves_of(ada)[-1] == ("silver", "gold", "ladder_changed")


def test_an_event_before_the_job_counts_anew_first(cafe):
    """T-42: and the job adds nothing to it."""
    ada = _ada(cafe)
    changed(cafe, at=noon("2026-05-01", cafe), reaches_everybody=False)

    earned(10, by=ada, on="2026-05-02", currency="xp")
    changed(cafe, at=noon("2026-05-03", cafe))

    assert days_of(ada) == {
        "2026-03-02": (0, 0, 0),
        "2026-04-03": (1600, 0, 0),
        "2026-05-02": (10, 0, 0),
    }
    assert tier_of(ada) == "gold"


def test_back_again_nothing_is_lost(cafe):
    """Nobody drops before the review (T-41), and the days are what they were."""
    ada = _ada(cafe)
    changed(cafe, at=noon("2026-05-01", cafe))

    changed(cafe, at=noon("2026-05-04", cafe), currency="stars")

    assert days_of(ada) == {"2026-03-02": (600, 0, 0), "2026-04-03": (0, 0, 0)}
    assert tier_of(ada) == "gold"


def test_claims_and_merged_memberships_are_counted_with_their_days(cafe):
    """T-7, T-46."""
    ada, grace = _ada(cafe), a_member(cafe, "grace")
    earned(40, by=grace, on="2026-04-05", currency="xp")
    claimed(100, of=ada, earned_on="2026-03-02", told_on="2026-04-20")
    merge(program=cafe, source=grace, target=ada, actor=TILL, at=noon("2026-04-21", cafe))

    changed(cafe, at=noon("2026-05-01", cafe))
    assert days_of(ada) == {
        "2026-03-02": (0, 0, 0),
        "2026-04-03": (1600, 0, 0),
        "2026-04-05": (40, 0, 0),
    }
    changed(cafe, at=noon("2026-05-02", cafe), currency="stars")

    assert days_of(ada)["2026-03-02"] == (500, 0, 0)


def test_the_preview_counts_as_publishing_would(cafe):
    """T-40."""
    at = noon("2026-05-01", cafe)
    told = a_ladder() | {"currency": "xp"}
    revision = draft(program=cafe, told=told, author="tests", at=at)

    preview = preview_ladder(program=cafe, revision=revision, at=at)

    assert preview.at_publishing == {("silver", "gold"): 1}
    assert days_of(_ada(cafe)) == {"2026-03-02": (600, 0, 0)}
    assert shown(_ada(cafe), at=at)["current"]["slug"] == "silver"


def _ada(cafe):
    return Member.objects.get(program=cafe, external_id="ada")
