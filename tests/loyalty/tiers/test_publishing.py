"""Publishing a ladder: members taken over at once or by their next event; and what a preview says of it."""

from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.jobs.models import ScheduleRun
from loyalty.tiers.ladders.drafting import draft, draft_ladder
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.telling.previewing import preview_ladder
from tests.world.ledger import a_member
from tests.world.programs import a_program
from tests.world.tiers import (
    TIERS,
    a_cafe,
    a_gold_member,
    a_ladder,
    changed_ladder,
    claimed,
    earned,
    lived_until,
    moves_of,
    noon,
    shown,
    standing_of,
    tier_facts_about,
    tier_of,
)

pytestmark = pytest.mark.django_db

BRONZE, SILVER, GOLD, PLATINUM = TIERS
LATER = "2026-07-01"


def drafted(program, *, tiers=None, at=None, **terms):
    told = a_ladder(**terms) | ({"tiers": tiers} if tiers else {})
    return draft(program=program, told=told, author="tests", at=at or noon(LATER, program))


class TestPublishing:
    def test_a_removed_tier_leads_to_another(self):
        """T-41: dates are kept, and only the name changes."""
        program = a_cafe()
        ada = a_gold_member(program)

        changed_ladder(
            program,
            tiers=[BRONZE, SILVER, GOLD | {"slug": "ruby"}, PLATINUM],
            mapping={"gold": "ruby"},
            at=noon(LATER, program),
        )

        assert standing_of(ada) == ("ruby", "2026-06-10", "2026-06-10", "2027-06-30", None)
        assert moves_of(ada)[-1] == ("gold", "ruby", "ladder_changed")
        assert tier_facts_about(ada) == ["tier.upgraded", "tier.upgraded"]

    def test_an_event_takes_its_member_over_first(self):
        """T-42: before the job comes by, and once."""
        program = a_cafe()
        ada = a_member(program)
        earned(1250, by=ada, on="2026-06-11")
        changed_ladder(program, gold=1200, at=noon(LATER, program), reaches_everybody=False)
        assert tier_of(ada) == "silver"

        earned(1, by=ada, on="2026-07-02")

        assert moves_of(ada)[1:] == [("silver", "gold", "ladder_changed")]
        assert ScheduleRun.objects.get(job="tiers.apply_ladder").state == "waiting"

    def test_a_raised_threshold_waits_for_the_review(self):
        """T-18, T-41: a small return does not bring the drop forward."""
        program = a_cafe()
        ada = a_gold_member(program)
        changed_ladder(program, gold=2000, at=noon(LATER, program))

        claimed(10, of=ada, earned_on="2026-06-10", told_on="2026-07-05")

        assert tier_of(ada) == "gold"
        lived_until("2027-07-31", program)
        assert tier_of(ada) == "silver"

    def test_old_events_keep_the_benefits_of_their_time(self):
        """T-30: a new revision changes benefits for the future only."""
        from loyalty.tiers.book import open_book

        program = a_cafe()
        ada = a_gold_member(program)
        changed_ladder(
            program,
            tiers=[BRONZE, SILVER, GOLD | {"benefits": {"multiplier": "3"}}, PLATINUM],
            at=noon(LATER, program),
        )

        book = open_book(program=program, member_ids=[ada.pk], at=noon("2026-07-05", program))

        assert str(book.tier_at(ada.pk, noon("2026-06-20", program)).multiplier) == "3/2"
        assert str(book.tier_at(ada.pk, noon("2026-07-02", program)).multiplier) == "3"

    def test_members_of_long_removed_tiers_find_their_way(self):
        """T-41: two changes before the job comes by."""
        program = a_cafe()
        ada = a_gold_member(program)
        changed_ladder(
            program,
            tiers=[BRONZE, SILVER, GOLD | {"slug": "ruby"}, PLATINUM],
            mapping={"gold": "ruby"},
            at=noon(LATER, program),
            reaches_everybody=False,
        )

        changed_ladder(
            program,
            tiers=[BRONZE, SILVER, GOLD | {"slug": "opal"}, PLATINUM],
            mapping={"ruby": "opal"},
            at=noon("2026-07-02", program),
        )

        assert tier_of(ada) == "opal"


class TestPreview:
    def test_says_what_publishing_does(self):
        """T-40: member by member, now and at the next review."""
        program = a_cafe()
        ada, at = a_gold_member(program), noon(LATER, program)
        grace = a_member(program, "grace")
        earned(1250, by=grace, on="2026-06-11")
        a_member(program, "new")
        revision = drafted(program, tiers=[BRONZE, SILVER, GOLD | {"reach": 1200}, PLATINUM])

        told = preview_ladder(program=program, revision=revision, at=at)

        assert told.members == 3
        assert told.at_publishing == {
            ("gold", "gold"): 1,
            ("silver", "gold"): 1,
            ("bronze", "bronze"): 1,
        }
        assert told.at_review == {("gold", "silver"): 2, ("bronze", "bronze"): 1}
        assert [(each.member_id, each.after) for each in told.examples] == [(grace.pk, "gold")]
        assert tier_of(grace) == "silver"

        publish(program=program, revision=revision, at=at)
        views = [shown(each, at=at)["current"]["slug"] for each in (ada, grace)]
        assert views == ["gold", "gold"]

    def test_before_there_is_a_ladder(self):
        """T-40, T-41: the first ladder lifts by what was counted before it."""
        program = a_program()
        ada = a_member(program)
        earned(600, by=ada, on="2026-06-11")
        revision = run(
            partial(
                draft_ladder,
                program=program,
                told=a_ladder(),
                author="tests",
                at=noon(LATER, program),
            )
        )

        told = preview_ladder(program=program, revision=revision, at=noon(LATER, program))

        assert told.at_publishing == {("", "silver"): 1}
