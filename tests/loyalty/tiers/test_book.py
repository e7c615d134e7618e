"""The book: what an event sees, and that a batch gives what its events give one by one."""

from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from loyalty.foundation.units import run
from loyalty.programs.calendar import midnight
from loyalty.tiers.book import open_book
from loyalty.tiers.counting import count_orders
from tests.world.ledger import a_member, moving, posted, some_members
from tests.world.programs import a_program
from tests.world.tiers import (
    a_cafe,
    an_order,
    counted,
    days_of,
    earned,
    moves_of,
    noon,
    standing_of,
    tier_of,
)

pytestmark = pytest.mark.django_db

AT_THE_TILL = "2026-11-20"
SAVEPOINT = 2


def rewarded(book, member, orders):
    """Each order is worth its euros, times the tier's multiplier; what each gets, in order."""
    points = []
    for occurred_at, euros in orders:
        tier = book.tier_at(member.pk, occurred_at)
        points.append(int(euros * tier.multiplier))
        day = occurred_at.date()
        book.count(member.pk, day, occurred_at, book.at, points=points[-1])
    return points


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Kyiv", AT_THE_TILL),
        ("Europe/Kyiv", "2027-03-28"),
        ("Europe/Kyiv", "2027-10-31"),
        ("Asia/Tehran", AT_THE_TILL),
        ("Asia/Tehran", "2021-03-22"),
        ("Asia/Tehran", "2021-09-22"),
        ("UTC", AT_THE_TILL),
    ],
)
def test_g19_the_next_order_of_a_batch_sees_the_new_tier(zone, day):
    """T-G19 (T-12, E-2, E-26): 20, Gold, 150; over the hours that clocks skip and repeat as on any other day."""
    program = a_cafe(zone=zone)
    begins = midnight(date.fromisoformat(day), zone)
    ada = a_member(program, at=begins - timedelta(days=100))
    earned(1480, by=ada, on=begins - timedelta(days=20))
    told = [(begins - timedelta(seconds=1), 20), (begins + timedelta(hours=5), 100)]
    orders = [(instant.astimezone(ZoneInfo(zone)), euros) for instant, euros in told]
    at = begins + timedelta(hours=13)

    together = rewarded(open_book(program=program, member_ids=[ada.pk], at=at), ada, orders)

    alone = []
    for occurred_at, euros in orders:
        book = open_book(program=program, member_ids=[ada.pk], at=at)
        alone += rewarded(book, ada, [(occurred_at, euros)])
        earned(alone[-1], by=ada, on=occurred_at, told_at=at)
    assert together == alone == [20, 150]


def test_an_order_does_not_see_what_came_after_it():
    """E-26: told in one batch or late, an earlier order is judged by the tier before."""
    program = a_cafe()
    ada = a_member(program)

    earned(1500, by=ada, on=noon(AT_THE_TILL, program, hour=15))

    assert tier_of(ada, at=noon(AT_THE_TILL, program, hour=14)) == "bronze"
    assert tier_of(ada, at=noon(AT_THE_TILL, program, hour=15)) == "gold"


@pytest.mark.parametrize(("hours", "before"), [(24, "gold"), (25, "bronze")])
def test_told_within_a_day_counts_since_it_happened(hours, before):
    """T-10, T-12: an hour after an order told in time is Gold already; of one told late it is not."""
    program = a_cafe()
    ada = a_member(program)
    occurred_at = noon(AT_THE_TILL, program)

    earned(1500, by=ada, on=occurred_at, told_at=occurred_at + timedelta(hours=hours))

    assert tier_of(ada, at=occurred_at + timedelta(hours=1)) == before
    assert tier_of(ada, at=occurred_at + timedelta(hours=hours)) == "gold"


def test_an_import_counts_since_it_happened():
    """T-12: history that comes in by import is exempt from the limit."""
    program = a_cafe(metric="spend")
    ada = a_member(program)

    counted(
        an_order(ada, on="2026-03-01", spend=1500, imported=True),
        program=program,
        at=noon(AT_THE_TILL, program),
    )

    assert tier_of(ada, at=noon("2026-03-02", program)) == "gold"
    assert moves_of(ada) == [("bronze", "gold", "import")]


def test_two_climbs_in_one_batch_are_two_moves():
    """T-10, E-2: as when told one by one."""
    program = a_cafe(metric="orders", tiers=[
        {"slug": "bronze", "name": {"en": "Bronze"}},
        {"slug": "silver", "name": {"en": "Silver"}, "reach": 1},
        {"slug": "gold", "name": {"en": "Gold"}, "reach": 2},
    ])  # fmt: skip
    ada, grace = some_members(program, 2)
    at = noon(AT_THE_TILL, program)
    orders = [noon(AT_THE_TILL, program, hour=9), noon(AT_THE_TILL, program, hour=10)]

    counted(*(an_order(ada, on=on, spend=700) for on in orders), program=program, at=at)
    for on in orders:
        counted(an_order(grace, on=on, spend=700), program=program, at=at)

    assert moves_of(ada) == moves_of(grace)
    assert moves_of(ada) == [("bronze", "silver", "reached"), ("silver", "gold", "reached")]
    assert days_of(ada) == days_of(grace) == {AT_THE_TILL: (0, 1400, 2)}


def test_all_three_figures_are_kept_without_a_ladder():
    """T-7: counted whatever the metric, before there is a ladder."""
    program = a_program()
    ada = a_member(program)

    counted(
        an_order(ada, on=AT_THE_TILL, spend=4500), program=program, at=noon(AT_THE_TILL, program)
    )
    earned(45, by=ada, on=AT_THE_TILL)

    assert days_of(ada) == {AT_THE_TILL: (45, 4500, 1)}
    assert (
        open_book(program=program, member_ids=[ada.pk], at=noon(AT_THE_TILL, program)).tier_at(
            ada.pk, noon(AT_THE_TILL, program)
        )
        is None
    )


def test_other_currencies_and_unmarked_points_do_not_count():
    """T-5, T-6."""
    ada = a_member(a_cafe())

    earned(5000, by=ada, on=AT_THE_TILL, currency="xp")
    earned(5000, by=ada, on=AT_THE_TILL, counts_for_tier=False)

    assert (tier_of(ada), days_of(ada)) == ("bronze", {})


def test_two_rules_of_one_event_are_one_climb():
    """T-10: one move, straight to the highest tier, however many rules gave the points."""
    program = a_cafe()
    ada = a_member(program)
    event_id = ada.pk

    on = noon(AT_THE_TILL, program)
    rest = {"counts_for_tier": True, "event_id": event_id, "occurred_at": on}
    posted(moving(600, of=ada, **rest), moving(1000, of=ada, **rest), at=on)

    assert moves_of(ada) == [("bronze", "gold", "reached")]


def test_the_multiplier_is_exact():
    """E-31."""
    program = a_cafe()
    ada = a_member(program)
    earned(1500, by=ada, on=AT_THE_TILL)
    at = noon(AT_THE_TILL, program, hour=20)

    tier = open_book(program=program, member_ids=[ada.pk], at=at).tier_at(ada.pk, at)

    assert (tier.slug, tier.rank, tier.multiplier) == ("gold", 2, Fraction(3, 2))


@pytest.mark.parametrize("size", [1, 50])
def test_climbing_costs_the_same_for_any_number_of_members(size, django_assert_num_queries):
    """T-8: the ladder, members, days; then days, standings, moves, facts, and the unit's own."""
    program = a_cafe(metric="spend")
    members = some_members(program, size)
    at = noon(AT_THE_TILL, program)
    orders = [an_order(member, on=AT_THE_TILL, spend=1500) for member in members]
    counted(
        an_order(a_member(program, "grace"), on=AT_THE_TILL, spend=1500), program=program, at=at
    )

    with django_assert_num_queries(3 + 4 + SAVEPOINT):
        run(lambda: count_orders(program=program, counted=orders, at=at))

    assert tier_of(members[-1]) == "gold"
    assert standing_of(members[0])[0] == "gold"
