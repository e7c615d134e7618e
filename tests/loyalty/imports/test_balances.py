"""Balances from files: each row is one lot with its own beginning and end (E-87, E-88, E-89)."""

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.ledger.merging import erase, merge
from loyalty.ledger.models import Entry, Lot
from tests.world.earning import NOON, a_cafe
from tests.world.imports import (
    CLERK,
    a_table,
    a_workbook,
    counts_of,
    imported,
    rows_of,
    undone,
)
from tests.world.ledger import moving, parts_of, posted
from tests.world.members import a_member
from tests.world.programs import a_program
from tests.world.tiers import a_ladder, tier_of

pytestmark = pytest.mark.django_db
KIND = "balances"
DEC = datetime(2026, 12, 31, 22, tzinfo=UTC)  # 00:00 of 1 January in Kyiv


@pytest.fixture
def cafe():
    return a_cafe()


@pytest.fixture
def ada(cafe):
    return a_member(cafe, "ada")


def test_a_row_is_one_lot_with_its_own_days(cafe, ada):
    """E-88: an end of its own, or the currency's terms counted from the day they were earned."""
    file = a_table(
        "external_id,points,earned_on,expires_on,reference,origin,worth",
        "ada,100,2026-05-14,2026-12-31,old,purchase,900",
        "ada,50,2026-05-14,,new,,",
        "ada,7,,,today,,",
    )

    run = imported(cafe, KIND, file)

    lots = Lot.objects.order_by("size").values_list(
        "size", "expires_at", "origin", "worth", "terms"
    )
    assert list(lots) == [
        (
            7,
            datetime(2027, 11, 30, 22, tzinfo=UTC),
            "promotional",
            None,
            cafe.currencies.get(slug="stars").expiry,
        ),
        (
            50,
            datetime(2027, 5, 31, 21, tzinfo=UTC),
            "promotional",
            None,
            cafe.currencies.get(slug="stars").expiry,
        ),
        (100, DEC, "purchase", 900, None),
    ]
    assert (
        run.preview
        == run.outcome
        == {
            "new": 3,
            "already_there": 0,
            "refused": 0,
            "points": {"stars": {"2026-12": 100, "2027-05": 50, "2027-11": 7}},
        }
    )
    first = Entry.objects.order_by("number").first()
    assert first is not None
    assert (first.kind, first.occurred_at, first.source_key) == (
        "opening",
        datetime(2026, 5, 13, 21, tzinfo=UTC),
        f"{run.shown_id}/2",
    )
    assert parts_of(ada) == (157, 0, 0, 0)


def test_each_refusal_leaves_no_point(cafe, ada):
    """E-87, E-88: unknown members and currencies, ends and beginnings that cannot be, numbers that are none."""
    file = a_table(
        "external_id,points,currency,earned_on,expires_on,origin,worth,counts_for_tier,reference",
        "nobody,10,,,,,,,",
        "ada,10,moons,,,,,,",
        "ada,10,,,2026-11-19,,,,",
        "ada,10,,2025-10-01,,,,,",
        "ada,10,,2026-11-21,,,,,",
        "ada,0,,,,,,,",
        "ada,-50,,,,,,,",
        "ada,1.5,,,,,,,",
        "ada,=1+1,,,,,,,",
        "ada,1000000000001,,,,,,,",
        "ada,10,,14.05.2026,,,,,",
        "ada,10,,,,gift,,,",
        "ada,10,,,,,-1,,",
        "ada,10,,,,,,perhaps,",
        "ada,10,,,2026-11-20,,,,good",
    )

    run = imported(cafe, KIND, file)

    assert [code for _number, _status, code in rows_of(run)] == [
        "member_unknown", "currency_unknown", "already_expired", "already_expired", "earned_in_future",
        "amount_out_of_range", "amount_out_of_range", "malformed", "malformed", "amount_out_of_range",
        "malformed", "malformed", "malformed", "malformed", "",
    ]  # fmt: skip
    assert counts_of(run.outcome) == counts_of(run.preview) == (1, 0, 14)
    assert parts_of(ada) == (10, 0, 0, 0)


def test_upload_again_brings_nothing(cafe, ada):
    """E-87: member, currency and reference count once, also in another file, and in one file."""
    first = a_table("external_id,points,reference", "ada,100,a", "ada,100,a", "ada,100,b")
    again = a_workbook(["external_id", "points", "reference"], ["ada", 999, "a"], ["ada", 5, None])

    imported(cafe, KIND, first)
    run = imported(cafe, KIND, again)

    assert rows_of(run) == [(2, "already_there", ""), (3, "taken", "")]
    assert counts_of(imported(cafe, KIND, first).outcome) == (0, 3, 0)
    assert parts_of(ada) == (205, 0, 0, 0)


def test_a_merged_member_leads_to_the_survivor(cafe, ada):
    grace = a_member(cafe, "grace")
    merge(program=cafe, source=grace, target=ada, actor=CLERK, at=NOON)

    imported(cafe, KIND, a_table("external_id,points", "grace,30"))

    assert parts_of(ada) == (30, 0, 0, 0)


def test_points_count_for_the_tier_as_of_their_day():
    """E-88, T-6: when the row says so, and since the day they were earned."""
    cafe = a_program(parts={"tiers": a_ladder()})
    ada, grace = a_member(cafe, "ada"), a_member(cafe, "grace")
    file = a_table(
        "external_id,points,earned_on,counts_for_tier",
        "ada,600,2026-05-14,yes",
        "grace,600,2026-05-14,",
    )

    run = imported(cafe, KIND, file)

    assert (tier_of(ada, at=NOON), tier_of(grace, at=NOON)) == ("silver", "bronze")
    assert tier_of(ada, at=datetime(2026, 5, 14, 12, tzinfo=UTC)) == "silver"
    assert tier_of(ada, at=datetime(2026, 5, 13, 12, tzinfo=UTC)) == "bronze"
    undone(run)
    assert tier_of(ada, at=NOON) == "bronze"


def test_undoing_takes_back_what_is_left_and_lists_what_was_spent(cafe, ada):
    """E-89: entries are reversed, never deleted; other points of the member are left alone; the keys are free."""
    grace = a_member(cafe, "grace")
    posted(moving(500, of=ada, occurred_at=NOON), at=NOON)
    file = a_table(
        "external_id,points,expires_on,reference",
        "ada,100,2026-12-01,",
        "grace,60,2026-12-01,",
        "grace,9,2026-12-02,more",
    )
    run = imported(cafe, KIND, file)
    posted(moving(-40, of=ada, occurred_at=NOON, kind="spend"), at=NOON)

    run = undone(run, at=NOON + timedelta(days=1))

    assert (parts_of(ada), parts_of(grace)) == ((500, 0, 0, 0), (0, 0, 0, 0))
    assert run.undone == {
        "undone": 3, "kept": 0, "points": {"stars": 129}, "spent": {"stars": 40},
    }  # fmt: skip
    assert rows_of(run) == [
        (2, "undone", "partly_spent"),
        (3, "undone", ""),
        (4, "undone", ""),
    ]
    kinds = Entry.objects.filter(account__member=ada).order_by("number")
    assert list(kinds.values_list("kind", "points"))[-1] == ("return_earned", -60)
    assert Entry.objects.filter(reverses__isnull=False).count() == 3
    assert counts_of(imported(cafe, KIND, file).outcome) == (3, 0, 0)


def test_a_reference_of_somebody_erased_is_free(cafe, ada):
    file = a_table("external_id,points", "ada,100")
    imported(cafe, KIND, file)
    erase(program=cafe, member=ada, actor=CLERK, at=NOON)
    again = a_member(cafe, "ada")

    assert counts_of(imported(cafe, KIND, file).outcome) == (1, 0, 0)
    assert parts_of(again) == (100, 0, 0, 0)
