"""Drafting a ladder: the part of the programme document, what is refused, and what is frozen."""

import pytest

from loyalty.foundation.refusals import Malformed
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.documents import export_parts
from loyalty.tiers.ladders.drafting import draft, live_revision
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.models import LadderRevision, Tier
from loyalty.tiers.refusals import (
    KeepAboveReach,
    LadderNotDraft,
    LadderNotRising,
    TierMappingMissing,
)
from tests.world.programs import a_program, applied
from tests.world.tiers import (
    TIERS,
    a_cafe,
    a_ladder,
    noon,
)

pytestmark = pytest.mark.django_db

BRONZE, SILVER, GOLD, PLATINUM = TIERS
LATER = "2026-07-01"


def drafted(program, *, tiers=None, at=None, **terms):
    told = a_ladder(**terms) | ({"tiers": tiers} if tiers else {})
    return draft(program=program, told=told, author="tests", at=at or noon(LATER, program))


class TestDocument:
    def test_the_reference_ladder_applies_and_comes_back(self):
        """T-1, T-2: the part `tiers` as the example programme has it, defaults and benefits included."""
        told = {
            "metric": "points",
            "currency": "stars",
            "cycle": {"kind": "rolling", "period": "P12M"},
            "grace": "P30D",
            "drop": "one_level",
            "notice": "P30D",
            "tiers": [
                {"slug": "green", "name": {"en": "Green"}, "reach": 0, "benefits": {}},
                {
                    "slug": "gold",
                    "name": {"en": "Gold", "fa": "طلایی"},
                    "reach": 300,
                    "benefits": {
                        "multiplier": "1.5",
                        "free_shipping": {"from": 2000},
                        "birthday_gift": {"reward": "free-coffee"},
                    },
                },
            ],
        }
        program = a_program(parts={"tiers": told})

        exported = export_parts(program)["tiers"]

        assert exported == told | {"up": "at_once", "on_return": "at_once"}
        applied({"program": {"slug": program.slug}, "tiers": exported}, at=noon(LATER, program))
        assert LadderRevision.objects.count() == 1

    def test_a_shorter_part_changes_only_what_it_names(self):
        program = a_cafe()

        applied(
            {"program": {"slug": program.slug}, "tiers": {"grace": "P10D"}},
            at=noon(LATER, program),
        )

        live = live_revision(program)
        assert (live.number, live.grace_days, live.tiers.count()) == (2, 10, 4)

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"metric": "luck"}, "/tiers/metric"),
            ({"grace": "P366D"}, "/tiers/grace"),
            ({"cycle": {"kind": "rolling", "period": "P25M"}}, "/tiers/cycle/period"),
            ({"currency": "gems"}, "/tiers/currency"),
            ({"tiers": [BRONZE | {"reach": -1}]}, "/tiers/tiers/0/reach"),
            ({"tiers": [BRONZE | {"reach": 2**53}]}, "/tiers/tiers/0/reach"),
            ({"tiers": [BRONZE, GOLD, GOLD]}, "/tiers/tiers/2/slug"),
            (
                {"tiers": [BRONZE, GOLD | {"benefits": {"multiplier": "1.0005"}}]},
                "/tiers/tiers/1/benefits/multiplier",
            ),
        ],
    )
    def test_refuses_what_it_cannot_read(self, change, pointer):
        """Bad input: 400 with a pointer, and no ladder."""
        with pytest.raises(Malformed) as refusal:
            a_cafe(**change)

        assert pointer in [problem.pointer for problem in refusal.value.problems]
        assert not LadderRevision.objects.exists()


class TestDrafts:
    @pytest.mark.parametrize(
        ("tiers", "refusal"),
        [
            ([BRONZE, SILVER, GOLD | {"reach": 500}], LadderNotRising),
            ([BRONZE | {"reach": 5}, SILVER], LadderNotRising),
            ([BRONZE | {"by_metric": False}, SILVER], LadderNotRising),
            ([BRONZE, SILVER, GOLD | {"keep": 1501}], KeepAboveReach),
            ([BRONZE, SILVER, PLATINUM], TierMappingMissing),
        ],
    )
    def test_refuses_a_ladder_that_cannot_stand(self, tiers, refusal):
        """T-1, T-2, T-41: and keeps nothing of it."""
        program = a_cafe()

        with pytest.raises(refusal):
            drafted(program, tiers=tiers)

        assert LadderRevision.objects.get().state == "live"

    def test_given_tiers_stand_between(self):
        """T-2: a tier by grant only needs no threshold."""
        program = a_cafe()
        given = {"slug": "friends", "name": {"en": "Friends"}, "by_metric": False}

        revision = drafted(program, tiers=[BRONZE, SILVER, given, GOLD, PLATINUM])

        assert Tier.objects.get(revision=revision, slug="friends").rank == 2

    def test_is_published_once(self):
        """T-3."""
        program = a_cafe()
        revision = drafted(program)
        publish(program=program, revision=revision, at=noon(LATER, program))

        with pytest.raises(LadderNotDraft):
            publish(program=program, revision=revision, at=noon(LATER, program))

        assert [row.state for row in LadderRevision.objects.order_by("number")] == ["past", "live"]
        assert AnnouncedFact.objects.filter(name="ladder.changed").count() == 2
