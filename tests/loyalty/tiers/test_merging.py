"""Two members become one: days, standings, grants (T-46); and standings proved and put right (V-35, V-36)."""

from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.units import run
from loyalty.ledger.merging import merge, undo_merge
from loyalty.members.leaving import erase_person
from loyalty.tiers.giving.granting import end_grant
from loyalty.tiers.kinds import GrantSource
from loyalty.tiers.models import Standing, TierGrant
from tests.world.ledger import TILL, a_member
from tests.world.tiers import (
    a_cafe,
    a_gold_member,
    days_of,
    earned,
    granted,
    lived_until,
    moves_of,
    noon,
    standing_of,
    tier_facts_about,
    tier_of,
)

pytestmark = pytest.mark.django_db
ON = "2026-07-01"


def merged(gone, into):
    return merge(
        program=into.program, source=gone, target=into, actor=TILL, at=noon(ON, into.program)
    )


def parted(row):
    """Undone two days later, as two people look at it again."""
    at = noon("2026-07-03", row.program)
    return undo_merge(program=row.program, merge_id=row.pk, actor=TILL, at=at)


class TestMerge:
    def test_days_add_up_and_lift(self):
        """T-46: neither alone had reached Gold."""
        program = a_cafe()
        ada, grace = a_member(program), a_member(program, "grace")
        earned(900, by=ada, on="2026-02-01")
        earned(700, by=grace, on="2026-02-01")
        earned(20, by=grace, on="2026-03-01")

        merged(grace, into=ada)

        assert days_of(ada) == {"2026-02-01": (1600, 0, 0), "2026-03-01": (20, 0, 0)}
        assert standing_of(ada) == ("gold", "2026-02-01", "2026-02-01", "2027-02-28", None)
        assert moves_of(ada)[-1] == ("silver", "gold", "merge")
        assert tier_facts_about(ada)[-1] == "tier.upgraded"

    def test_the_higher_standing_is_kept_with_its_dates(self):
        """T-46: and the history of both remains."""
        program = a_cafe()
        ada = a_member(program)
        grace = a_gold_member(program, "grace")
        lived_until("2026-07-01", program)

        merged(grace, into=ada)

        assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", "2027-06-30", None)
        assert moves_of(ada) == [("bronze", "gold", "merge")]
        assert len(moves_of(grace)) == 2

    def test_grants_go_on_and_end_by_their_old_name(self):
        """T-46, T-22: the refund of a payment still finds its grant."""
        program = a_cafe()
        ada, grace = a_member(program), a_member(program, "grace")
        at = noon("2026-06-01", program)
        given = granted(
            "gold", to=grace, until="2027-02-01", at=at, source=GrantSource.PAID, reference="pay-1"
        )

        merged(grace, into=ada)
        assert tier_of(ada) == "gold"

        end_grant(
            program=program,
            grant_id=given.pk,
            reason="refund",
            actor=TILL,
            at=noon("2026-07-02", program),
        )
        assert tier_of(ada) == "bronze"
        assert sorted(TierGrant.objects.values_list("ended_reason", flat=True)) == [
            "merged",
            "refund",
        ]


class TestUndoing:
    def test_the_days_part_and_the_tier_follows_its_own(self):
        """T-46, L-52: what the merge lifted falls back; what was counted since stays where it was told."""
        program = a_cafe()
        ada, grace = a_member(program), a_member(program, "grace")
        earned(900, by=ada, on="2026-02-01")
        earned(700, by=grace, on="2026-02-01")
        before = standing_of(ada)
        row = merged(grace, into=ada)
        earned(30, by=ada, on="2026-07-02")

        parted(row)

        assert days_of(ada) == {"2026-02-01": (900, 0, 0), "2026-07-02": (30, 0, 0)}
        assert days_of(grace) == {"2026-02-01": (700, 0, 0)}
        assert (standing_of(ada), tier_of(grace)) == (before, "silver")
        assert moves_of(ada)[-2:] == [("silver", "gold", "merge"), ("gold", "silver", "merge")]
        assert tier_facts_about(ada)[-1] == "tier.downgraded"
        assert list(prove(Scope(program_id=program.pk))) == []

    def test_a_standing_that_was_taken_over_goes_back(self):
        """T-46, L-52."""
        program = a_cafe()
        ada = a_member(program)
        grace = a_gold_member(program, "grace")
        lived_until("2026-07-01", program)
        row = merged(grace, into=ada)

        parted(row)

        assert (tier_of(ada), tier_of(grace)) == ("bronze", "gold")
        assert set(days_of(ada).values()) == {(0, 0, 0)}
        assert list(prove(Scope(program_id=program.pk))) == []

    def test_what_was_reached_since_stands_if_the_days_carry_it(self):
        """T-25, T-46."""
        program = a_cafe()
        ada, grace = a_member(program), a_member(program, "grace")
        earned(400, by=grace, on="2026-02-01")
        row = merged(grace, into=ada)
        earned(1600, by=ada, on="2026-07-02")
        assert tier_of(ada) == "gold"

        parted(row)

        assert (tier_of(ada), tier_of(grace)) == ("gold", "bronze")
        assert list(prove(Scope(program_id=program.pk))) == []

    def test_grants_go_back_to_whom_they_were_given(self):
        """T-22, T-46: and the refund of a payment still finds them."""
        program = a_cafe()
        ada, grace = a_member(program), a_member(program, "grace")
        at = noon("2026-06-01", program)
        given = granted(
            "gold", to=grace, until="2027-02-01", at=at, source=GrantSource.PAID, reference="pay-1"
        )
        row = merged(grace, into=ada)

        parted(row)
        assert (tier_of(ada), tier_of(grace)) == ("bronze", "gold")

        end_grant(
            program=program,
            grant_id=given.pk,
            reason="refund",
            actor=TILL,
            at=noon("2026-07-04", program),
        )
        assert tier_of(grace) == "bronze"


def test_erasing_a_person_empties_the_notes():
    """S-58: that a tier was given stays, what was written about the person goes."""
    program = a_cafe()
    ada = a_member(program)
    given = granted("gold", to=ada, until="2027-02-01", at=noon(ON, program), note="was upset")

    run(partial(erase_person, member=ada, at=noon(ON, program)))

    given.refresh_from_db()
    assert (given.note, given.slug) == ("", "gold")


class TestProofs:
    def wrong(self, program):
        found = prove(Scope(program_id=program.pk))
        return sorted((each.invariant, each.found, each.expected) for each in found)

    def rebuilt(self, program, *flags):
        out = StringIO()
        call_command("rebuild", "tiers", "--program", program.slug, *flags, stdout=out)
        return out.getvalue().splitlines()[-1]

    def test_finds_nothing_in_a_sound_programme(self):
        """V-35."""
        program = a_cafe()
        ada = a_gold_member(program)
        granted("platinum", to=ada, until="2027-02-01", at=noon(ON, program))

        assert self.wrong(program) == []

    def test_finds_and_puts_right_a_standing_that_left_its_days(self):
        """V-35, V-36: told first, then repaired once."""
        program = a_cafe(now=ON)
        ada = a_gold_member(program)
        Standing.objects.filter(member=ada).update(
            slug="bronze", in_force="bronze", how="joined", qualified_on=None,
            counted_through=None, through=None,
        )  # fmt: skip

        assert ("T-10", "bronze", "gold") in self.wrong(program)
        assert self.rebuilt(program, "--dry-run") == "1 rows would change"
        assert tier_of(ada) == "bronze"

        assert self.rebuilt(program) == "1 rows changed"
        assert tier_of(ada) == "gold"
        assert self.rebuilt(program) == "0 rows changed"

    def test_finds_a_tier_that_history_does_not_tell(self):
        """V-35, T-37."""
        program = a_cafe()
        ada = a_gold_member(program)
        Standing.objects.filter(member=ada).update(moves=7)

        assert self.wrong(program) == [("T-37", "gold gold 7", "gold gold 2")]
