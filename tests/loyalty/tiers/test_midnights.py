"""The test clock walks through a year of tiers; grants begin and end in the middle of a day."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.jobs.travelling import advance
from loyalty.outbox.scheduling import Midnight, day_jobs
from loyalty.programs.models import Program
from loyalty.tiers.midnights.turning import grants_falling_due, turn_grants
from loyalty.tiers.models import LadderRevision
from tests.world.ledger import a_member
from tests.world.programs import a_program
from tests.world.tiers import (
    a_cafe,
    a_ladder,
    changed_ladder,
    earned,
    granted,
    moves_of,
    noon,
    standing_of,
    tier_facts_about,
    tier_of,
)


@pytest.mark.django_db(transaction=True)
def test_a_year_by_the_test_clock():
    """T-G4, T-45: reviews, notices and ladders run on the way, each in its place of the night."""
    program = a_program(
        test=True,
        parts={"tiers": a_ladder()},
        currencies=[{"slug": "stars", "name": {"en": "Stars"}, "expiry": {"kind": "never"}}],
    )
    Program.objects.filter(pk=program.pk).update(test_now=noon("2027-05-31", program))
    program.refresh_from_db()
    ada = a_member(program)
    earned(1500, by=ada, on="2026-06-10")
    advance(program=program, to=noon("2027-06-01", program))
    changed_ladder(program, silver=600, at=noon("2027-06-01", program), reaches_everybody=False)

    advance(program=Program.objects.get(pk=program.pk), to=noon("2027-08-01", program))

    assert standing_of(ada) == ("silver", "2027-07-31", "2027-07-30", "2028-07-31", None)
    assert tier_facts_about(ada) == [
        "tier.upgraded",
        "tier.will_downgrade",
        "tier.downgraded",
    ]
    assert LadderRevision.objects.get(state="live").applied_at is not None


def test_the_order_of_the_night():
    """T-45, L-20: after pending points open, before points expire; notices last."""
    places = {name: day_jobs[name].place for name in day_jobs}

    assert Midnight.OPENING < places["tiers.review"] < Midnight.EXPIRING < places["tiers.notice"]


@pytest.mark.django_db
class TestGrants:
    def test_begin_and_end_at_their_instants(self):
        """T-20, T-21: not only at midnight."""
        program = a_cafe()
        ada = a_member(program)
        begins, ends = noon("2026-12-01", program, hour=9), noon("2026-12-01", program, hour=17)
        granted("gold", to=ada, until=ends, begins_at=begins, at=noon("2026-11-02", program))
        assert tier_of(ada) == "bronze"

        early = begins - timedelta(seconds=1)
        assert grants_falling_due(until=early, program_id=program.pk) == {}
        assert grants_falling_due(until=begins, program_id=None) == {program.pk: begins}
        self.turned(program, begins)
        assert tier_of(ada) == "gold"
        self.turned(program, ends)
        assert tier_of(ada) == "bronze"

        assert moves_of(ada) == [("bronze", "gold", "grant"), ("gold", "bronze", "grant_ended")]
        assert tier_facts_about(ada) == [
            "tier.granted",
            "tier.upgraded",
            "tier.grant_ended",
            "tier.downgraded",
        ]
        assert grants_falling_due(until=noon("2027-12-01", program), program_id=None) == {}

    def test_midnights_are_left_to_the_nights_own_job(self):
        """T-45: a grant that ends at midnight waits for its place in the order."""
        program = a_cafe()
        ada = a_member(program)
        granted("gold", to=ada, until="2026-12-01", at=noon("2026-11-02", program))

        due = grants_falling_due(until=noon("2026-12-02", program), program_id=program.pk)

        assert due == {}

    def test_the_higher_of_two_holds(self):
        """T-21: a longer grant is a new one."""
        program = a_cafe()
        ada = a_member(program)
        at = noon("2026-11-02", program)
        granted("silver", to=ada, until="2027-03-01", at=at)
        granted("gold", to=ada, until=noon("2026-12-01", program), at=at)
        assert tier_of(ada) == "gold"

        self.turned(program, noon("2026-12-01", program))

        assert tier_of(ada) == "silver"

    def turned(self, program: Program, at: datetime) -> None:
        run(partial(turn_grants, program=program, at=at))
