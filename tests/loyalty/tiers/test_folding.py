"""Days that no decision looks at any more become one row per member and year; nothing else changes (section 15)."""

from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from loyalty.foundation.proofs.proving import Scope, prove
from loyalty.foundation.units import run
from loyalty.ledger.merging import merge, undo_merge
from loyalty.members.models import Member
from loyalty.tiers.ladders.reading import ladder_of
from loyalty.tiers.maths.folding import kept_from
from loyalty.tiers.maths.values import Climber, Standing, Tally
from loyalty.tiers.midnights.folding import fold_members
from loyalty.tiers.models import TierDay
from tests.world.ledger import TILL, a_member, some_members
from tests.world.programs import a_program
from tests.world.tiers import (
    a_cafe,
    an_order,
    changed_ladder,
    claimed,
    counted,
    days_of,
    earned,
    moves_of,
    noon,
    shown,
    standing_of,
    tier_of,
)

pytestmark = pytest.mark.django_db
LIFETIME = {"cycle": {"kind": "lifetime"}}


def folded(program, on):
    run(partial(fold_members, program=program, cursor=None, at=noon(on, program)))


def years_of(member):
    return [
        day.year
        for day in TierDay.objects.filter(member=member, is_year=True)
        .values_list("day", flat=True)
        .order_by("day")
    ]


@pytest.fixture
def ada():
    """Ada of a programme that counts for life: Silver since 2022, days in 2021, 2022 and this year."""
    program = a_cafe(**LIFETIME)
    ada = a_member(program, at=noon("2021-01-01", program))
    for points, on in (
        (300, "2021-03-01"),
        (100, "2021-12-31"),
        (250, "2022-06-01"),
        (200, "2026-10-01"),
    ):
        earned(points, by=ada, on=on)
    return ada


class TestFolding:
    def test_a_year_is_one_row_with_its_sums(self):
        """Two periods back, and the year of that day stays whole."""
        program = a_cafe()
        ada = a_member(program)
        for points, on in (
            (30, "2022-03-01"),
            (10, "2022-12-31"),
            (20, "2023-12-31"),
            (40, "2024-01-01"),
        ):
            earned(points, by=ada, on=on)
        counted(
            an_order(ada, on="2022-05-05", spend=900),
            program=program,
            at=noon("2022-05-05", program),
        )

        for _ in range(2):
            folded(program, "2026-12-31")

        assert days_of(ada) == {
            "2022-12-31": (40, 900, 1),
            "2023-12-31": (20, 0, 0),
            "2024-01-01": (40, 0, 0),
        }
        assert years_of(ada) == [2022, 2023]

    def test_what_is_told_of_a_folded_year_counts_with_it(self, ada):
        """T-6, T-7: points that were bought in it and come back, and those told late."""
        program = ada.program
        folded(program, "2026-11-01")
        assert days_of(ada)["2021-12-31"] == (400, 0, 0)

        claimed(100, of=ada, earned_on="2021-03-01", told_on="2026-11-02")
        earned(5, by=ada, on="2021-07-07", told_at=noon("2026-11-02", program))

        assert days_of(ada)["2021-12-31"] == (305, 0, 0)
        assert years_of(ada) == [2021]

    def test_days_that_a_tier_hangs_on_stay_days(self, ada):
        """T-25: a return still finds the day that carries the tier."""
        program = ada.program
        assert standing_of(ada)[:2] == ("silver", "2022-06-01")

        folded(program, "2026-11-01")

        assert [day[:4] for day in days_of(ada)] == ["2021", "2022", "2026"]
        assert years_of(ada) == [2021]
        claimed(200, of=ada, earned_on="2021-03-01", told_on="2026-11-02")
        assert standing_of(ada)[:2] == ("silver", "2026-10-01")
        assert list(prove(Scope(program_id=program.pk))) == []

    def test_the_member_sees_nothing_of_it(self, ada):
        """T-35: what doors tell before and after."""
        program = ada.program
        before = shown(ada, at=noon("2026-11-01", program))

        folded(program, "2026-11-01")

        assert shown(ada, at=noon("2026-11-01", program)) == before

    def test_without_a_ladder_two_years_stay(self):
        """T-7: figures are kept while there is no ladder, and a first one may count them."""
        program = a_program()
        ada = a_member(program)
        TierDay.objects.bulk_create(
            TierDay(member=ada, program=program, day=date(year, 5, 5), points=year)
            for year in (2022, 2023, 2024)
        )

        folded(program, "2026-01-01")

        assert list(days_of(ada)) == ["2022-12-31", "2023-12-31", "2024-05-05"]

    def test_it_goes_in_chunks_and_leaves_the_gone_alone(self):
        program = a_cafe()
        members = some_members(program, 3)
        TierDay.objects.bulk_create(
            TierDay(member=each, program=program, day=date(2020, 1, 1), points=1)
            for each in members
        )
        Member.objects.filter(pk=members[0].pk).update(status="erased", external_id=None)

        cursor = run(
            partial(
                fold_members, program=program, cursor=None, at=noon("2026-01-01", program), limit=1
            )
        )
        run(partial(fold_members, program=program, cursor=cursor, at=noon("2026-01-01", program)))

        assert [years_of(each) for each in members] == [[], [2020], [2020]]


class TestMerges:
    def test_folded_years_go_over_and_come_back(self):
        """T-46: they count, they lift nobody by themselves, and parting takes exactly them."""
        program = a_cafe(**LIFETIME)
        ada, grace = a_member(program), a_member(program, "grace")
        earned(450, by=grace, on="2021-03-01")
        earned(40, by=ada, on="2021-05-01")
        earned(70, by=ada, on="2026-10-01")
        folded(program, "2026-11-01")

        row = merge(
            program=program, source=grace, target=ada, actor=TILL, at=noon("2026-11-02", program)
        )

        assert days_of(ada) == {"2021-12-31": (490, 0, 0), "2026-10-01": (70, 0, 0)}
        assert years_of(ada) == [2021]
        assert moves_of(ada)[-1] == ("bronze", "silver", "merge")

        undo_merge(program=program, merge_id=row.pk, actor=TILL, at=noon("2026-11-03", program))
        assert days_of(ada) == {"2021-12-31": (40, 0, 0), "2026-10-01": (70, 0, 0)}
        assert tier_of(ada) == "bronze"

    def test_days_that_were_folded_since_come_back_too(self):
        """T-46: the survivor's were folded after the merge, the other's were not."""
        program = a_cafe(**LIFETIME)
        ada, grace = a_member(program), a_member(program, "grace")
        earned(100, by=grace, on="2021-03-01")
        earned(200, by=grace, on="2021-04-01")
        earned(40, by=ada, on="2021-05-01")
        row = merge(
            program=program, source=grace, target=ada, actor=TILL, at=noon("2026-11-02", program)
        )
        folded(program, "2026-11-03")
        assert days_of(ada) == {"2021-12-31": (340, 0, 0)}

        undo_merge(program=program, merge_id=row.pk, actor=TILL, at=noon("2026-11-04", program))

        assert days_of(ada) == {"2021-12-31": (40, 0, 0)}
        assert days_of(grace) == {"2021-03-01": (100, 0, 0), "2021-04-01": (200, 0, 0)}


def test_another_currency_counts_folded_years_anew():
    """T-5: from the ledger's rows, into the year that is there."""
    program = a_cafe()
    ada = a_member(program)
    earned(60, by=ada, on="2021-03-02")
    earned(70, by=ada, on="2021-04-03", currency="xp")
    folded(program, "2026-01-01")
    assert days_of(ada) == {"2021-12-31": (60, 0, 0)}

    changed_ladder(program, at=noon("2026-02-01", program), currency="xp")

    assert days_of(ada) == {"2021-12-31": (70, 0, 0)}


def gold(how="renewed", **rest):
    days = {name: date.fromisoformat(day) for name, day in rest.items() if isinstance(day, str)}
    return Standing(slug="gold", how=how, **(rest | days))


@pytest.mark.parametrize(
    ("standing", "first"),
    [
        (Standing(slug="bronze"), "2024-01-01"),
        (gold("reached", qualified_on="2022-06-10"), "2021-01-01"),
        (gold(qualified_on="2022-06-10"), "2024-01-01"),
        (gold(counted_through="2023-12-31", through="2025-01-31"), "2024-01-01"),
        (gold(counted_through="2023-12-30", through="2025-01-31"), "2023-01-01"),
        (gold(before=gold("reached", qualified_on="2023-01-02")), "2022-01-01"),
    ],
)
def test_what_stays_is_what_a_decision_may_ask_for(standing, first):
    """Two periods, what a review counts from, what a reached tier and those under it hang on."""
    climber = Climber(
        terms=ladder_of(a_cafe().pk).live.terms, tally=Tally(), joined_on=date(2020, 1, 1)
    )

    assert str(kept_from(standing, climber, today=date(2026, 12, 31))) == first


def test_a_year_stands_once():
    """The key of days keeps a year single, too."""
    program = a_cafe()
    ada = a_member(program)
    row = {"member": ada, "program": program, "day": date(2020, 12, 31), "is_year": True}
    TierDay.objects.create(**row)
    with pytest.raises(IntegrityError, match="loyalty_tierday_pkey"), transaction.atomic():
        TierDay.objects.create(**row)
