"""Reviews at midnight: a second before, at, after; late, twice, at the end of a month; notices once."""

from datetime import date, timedelta
from functools import partial

import pytest

from loyalty.foundation.units import run
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.calendar import midnight
from loyalty.tiers.midnights.noticing import notice_members
from loyalty.tiers.midnights.turning import turn_members
from loyalty.tiers.models import Standing, TierMove
from tests.world.ledger import a_member, some_members
from tests.world.tiers import (
    a_cafe,
    a_gold_member,
    an_order,
    claimed,
    counted,
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

REVIEW_ON, DROP_ON = date(2027, 7, 1), date(2027, 7, 31)
SAVEPOINT = 2


def reviewed(program, day, *, at, cursor=None, limit=1000):
    return run(partial(turn_members, program=program, day=day, cursor=cursor, at=at, limit=limit))


def test_a_drop_falls_at_midnight_and_not_a_second_before():
    """T-15, T-17."""
    program = a_cafe()
    ada = a_gold_member(program)
    end = midnight(DROP_ON, program.zone)
    lived_until("2027-07-01", program)

    reviewed(program, DROP_ON - timedelta(days=1), at=end - timedelta(seconds=1))
    assert tier_of(ada) == "gold"

    reviewed(program, DROP_ON, at=end)
    assert tier_of(ada) == "silver"


def test_late_and_twice_gives_the_same_dates_and_one_move():
    """T-15, T-45: the review looks at days before its own only."""
    program = a_cafe()
    ada = a_gold_member(program)
    grace = a_gold_member(program, "grace")
    lived_until("2027-07-01", program)
    earned(700, by=ada, on="2027-08-01")
    hour_late = noon("2027-08-01", program, hour=13)

    for _ in range(2):
        reviewed(program, DROP_ON, at=hour_late)

    assert standing_of(grace) == ("silver", "2027-07-31", "2027-07-30", "2028-07-31", None)
    assert standing_of(ada) == ("silver", "2027-07-31", "2027-07-30", "2028-07-31", None)
    assert moves_of(ada)[2:] == [("gold", "silver", "review")]
    assert tier_facts_about(ada)[2:] == ["tier.will_downgrade", "tier.downgraded"]


def test_a_missed_month_ends_where_living_through_it_would():
    """V-23: days are made up for in order, by one run as well as by thirty."""
    program = a_cafe()
    ada = a_gold_member(program)

    reviewed(program, date(2028, 9, 1), at=midnight(date(2028, 9, 1), program.zone))

    assert standing_of(ada)[0] == "bronze"
    assert moves_of(ada)[2:] == [("gold", "silver", "review"), ("silver", "bronze", "review")]


def test_what_was_earned_since_a_late_drop_lifts_at_once():
    """T-17, T-10: the drop ran a day late; the purchase of the morning is not lost."""
    program = a_cafe()
    ada = a_gold_member(program)
    lived_until("2027-07-01", program)
    earned(1500, by=ada, on="2027-07-31")

    reviewed(program, DROP_ON, at=noon("2027-07-31", program, hour=20))

    assert standing_of(ada) == ("gold", "2027-07-31", "2027-07-31", "2028-07-31", None)
    assert moves_of(ada)[2:] == [("gold", "silver", "review"), ("silver", "gold", "reached")]


def test_kept_at_the_review():
    """T-15: counted at least `keep`; `keep` may be less than `reach`."""
    tiers = [
        {"slug": "bronze", "name": {"en": "Bronze"}},
        {"slug": "gold", "name": {"en": "Gold"}, "reach": 1500, "keep": 1000},
    ]
    program = a_cafe(tiers=tiers)
    ada = a_gold_member(program)
    earned(1000, by=ada, on="2027-01-10")

    lived_until("2027-07-01", program)

    assert standing_of(ada) == ("gold", "2026-06-10", "2027-06-30", "2028-06-30", None)
    assert tier_facts_about(ada)[-1] == "tier.renewed"


def test_for_life_is_for_life():
    """T-18."""
    tiers = [
        {"slug": "bronze", "name": {"en": "Bronze"}},
        {"slug": "gold", "name": {"en": "Gold"}, "reach": 1500, "for_life": True},
    ]
    program = a_cafe(tiers=tiers)
    ada = a_gold_member(program)

    lived_until("2030-01-01", program)

    assert standing_of(ada) == ("gold", "2026-06-10", "2026-06-10", None, None)


def test_no_grace():
    """T-16: grace may be none at all."""
    program = a_cafe(grace="P0D")
    ada = a_gold_member(program)

    lived_until("2027-07-01", program)

    assert standing_of(ada) == ("silver", "2027-07-01", "2027-06-30", "2028-07-31", None)


def test_tells_a_coming_drop_once():
    """T-19: thirty days before; what was earned makes it stop, a return makes it start again."""
    program = a_cafe()
    ada = a_gold_member(program)
    earned(1500, by=ada, on="2026-08-01")
    lived_until("2027-07-01", program)
    assert "tier.will_downgrade" not in tier_facts_about(ada)

    grace = a_gold_member(program, "grace")
    lived_until("2027-07-20", program)
    earned(100, by=grace, on="2027-07-20")
    lived_until("2027-07-25", program)

    assert tier_facts_about(grace).count("tier.will_downgrade") == 1
    told = AnnouncedFact.objects.get(member_id=grace.pk, name="tier.will_downgrade").body
    assert (told["from_tier"], told["to_tier"], told["missing"]) == ("gold", "silver", 1500)
    assert (told["cause"], told["keep_by"]) == ("review", "2027-07-30")


def test_a_return_can_put_a_tier_at_risk_after_the_notice_day():
    """T-19, T-26: a renewed tier stays until its next review, which counts corrected days."""
    program = a_cafe()
    ada = a_gold_member(program)
    earned(1500, by=ada, on="2027-03-10")
    lived_until("2027-07-01", program)
    assert standing_of(ada)[3] == "2028-06-30"

    claimed(1500, of=ada, earned_on="2027-03-10", told_on="2027-07-02")

    assert standing_of(ada)[0] == "gold"
    lived_until("2028-07-31", program)
    assert tier_of(ada) == "silver"


def test_the_notice_of_a_grant_names_what_would_keep_the_tier():
    """T-19, T-21."""
    program = a_cafe()
    ada = a_member(program)
    earned(500, by=ada, on="2026-11-01")
    granted("gold", to=ada, until="2027-02-01", at=noon("2026-11-02", program))

    lived_until("2027-01-02", program)

    told = AnnouncedFact.objects.get(member_id=ada.pk, name="tier.will_downgrade").body
    assert (told["cause"], told["missing"], told["keep_by"]) == ("grant_ended", 1000, "2027-01-31")


def test_a_member_year():
    """T-9: from the anniversary of joining; 29 February falls on the 28th."""
    program = a_cafe(cycle={"kind": "member_year"})
    ada = a_member(program, at=noon("2024-02-29", program))

    earned(1500, by=ada, on="2026-05-15")
    assert standing_of(ada) == ("gold", "2026-05-15", "2026-05-15", "2027-02-27", None)

    lived_until("2027-02-28", program)
    assert standing_of(ada) == ("gold", "2026-05-15", "2027-02-27", "2028-02-28", None)


def test_chunks_take_everybody_once():
    """T-45, V-22: in ranges of members, going on at the cursor; a fixed number of statements each."""
    program = a_cafe(metric="spend")
    members = some_members(program, 5)
    at = noon("2026-06-10", program)
    counted(
        *[an_order(each, on="2026-06-10", spend=1500) for each in members], program=program, at=at
    )
    begins = midnight(REVIEW_ON, program.zone)

    cursor, chunks = None, 0
    while chunks == 0 or cursor is not None:
        cursor = reviewed(program, REVIEW_ON, at=begins, cursor=cursor, limit=2)
        chunks += 1

    assert chunks == 3
    assert Standing.objects.filter(grace_through=date(2027, 7, 30)).count() == 5


@pytest.mark.parametrize("size", [1, 40])
def test_a_chunk_costs_the_same_for_any_size(size, django_assert_num_queries):
    """T-45: due, locks, ladder, members, days, then standings, moves, facts, and the unit's own."""
    program = a_cafe(metric="spend", grace="P0D")
    members = some_members(program, size, points=1)
    at = noon("2026-06-10", program)
    told = [an_order(each, on="2026-06-10", spend=1500) for each in members]
    counted(*told, program=program, at=at)
    begins = midnight(REVIEW_ON, program.zone)
    reviewed(program, date(2026, 7, 1), at=noon("2026-07-01", program))
    run(partial(notice_members, program=program, day=REVIEW_ON, cursor=None, at=begins))

    with django_assert_num_queries(1 + 2 + 3 + 3 + SAVEPOINT):
        reviewed(program, REVIEW_ON, at=begins)

    assert TierMove.objects.filter(cause="review").count() == size


def test_merged_and_erased_members_are_not_reviewed():
    """T-46."""
    program = a_cafe()
    ada = a_gold_member(program)
    Member.objects.filter(pk=ada.pk).update(status="erased", external_id=None)

    reviewed(program, DROP_ON, at=midnight(DROP_ON, program.zone))

    assert moves_of(ada)[-1] == ("silver", "gold", "reached")
