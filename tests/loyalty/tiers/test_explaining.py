"""Why a member is in this tier: every step has a code, its numbers, and a sentence without holes (T-36)."""

import pytest

from loyalty.tiers.telling.explaining import SENTENCES, explain_tier
from tests.world.ledger import a_member
from tests.world.programs import a_program
from tests.world.tiers import (
    TIERS,
    a_cafe,
    a_gold_member,
    a_ladder,
    an_order,
    changed_ladder,
    claimed,
    counted,
    earned,
    granted,
    lived_until,
    noon,
)

pytestmark = pytest.mark.django_db

CALENDAR = {"cycle": {"kind": "calendar", "starts_on": "01-01"}}
BRONZE, SILVER, GOLD, PLATINUM = TIERS


def why(member, *, on):
    """The steps by code, on a day."""
    at = noon(on, member.program)
    told = explain_tier(program=member.program, member_id=member.pk, at=at)
    assert [step["code"] for step in told["steps"] if "{" in step["sentence"]] == []
    return {step["code"]: step["values"] for step in told["steps"]}


def test_nothing_counted_yet():
    ada = a_member(a_cafe())

    steps = why(ada, on="2026-05-01")

    assert list(steps) == ["ladder", "counted", "lowest", "next_without_end"]
    assert steps["next_without_end"] == {"tier": "Silver", "reach": 500, "missing": 500}


def test_in_grace():
    program = a_cafe()
    ada = a_gold_member(program)
    earned(1100, by=ada, on="2027-03-10")
    lived_until("2027-07-05", program)

    steps = why(ada, on="2027-07-05")

    assert (steps["keeping"]["counted"], steps["keeping"]["keep"]) == (1100, 1500)
    assert steps["grace"] == {"tier": "Gold", "through": "2027-07-30", "missing": 400}


def test_renewed_and_dropped():
    program = a_cafe()
    ada, grace = a_gold_member(program), a_gold_member(program, "grace")
    earned(1500, by=ada, on="2027-03-10")
    lived_until("2027-08-01", program)

    kept, lost = why(ada, on="2027-08-01"), why(grace, on="2027-08-01")

    assert kept["renewed"] == {"tier": "Gold", "on": "2027-07-01", "counted": 1500, "keep": 1500}
    assert lost["dropped"] == {"tier": "Silver", "on": "2027-07-31", "counted": 0, "keep": 1500}


def test_a_return_a_grant_and_a_changed_ladder():
    program = a_cafe()
    ada = a_gold_member(program)
    claimed(200, of=ada, earned_on="2026-06-10", told_on="2026-06-12")
    granted("platinum", to=ada, until="2026-09-01", at=noon("2026-06-13", program))

    steps = why(ada, on="2026-06-14")
    assert (steps["returned"]["from_tier"], steps["returned"]["on"]) == ("Gold", "2026-06-12")
    assert steps["granted"]["source"] == "staff"
    assert "top" in steps

    changed_ladder(program, gold=1200, at=noon("2026-07-01", program))
    assert why(ada, on="2026-07-02")["mapped"]["number"] == 2


def test_noted_for_the_next_cycle_and_for_life():
    program = a_cafe(up="next_cycle", **CALENDAR)
    ada = a_member(program)
    earned(1500, by=ada, on="2026-05-15")
    assert why(ada, on="2026-05-16")["noted"] == {"tier": "Gold", "on": "2027-01-01"}

    other = a_cafe_for_life()
    grace = a_gold_member(other)
    assert "for_good" in why(grace, on="2026-07-01")


def a_cafe_for_life():
    tiers = [BRONZE, SILVER, GOLD | {"for_life": True}]
    return a_program("bakery", parts={"tiers": a_ladder(tiers=tiers)})


def test_money_is_told_with_its_currency():
    program = a_cafe(metric="spend")
    ada = a_member(program)
    counted(
        an_order(ada, on="2026-05-15", spend=1234), program=program, at=noon("2026-05-15", program)
    )

    steps = why(ada, on="2026-05-16")

    assert steps["counted"]["counted"] == "12.34 EUR"
    assert steps["next"]["missing"] == "2.66 EUR"


def test_every_sentence_can_be_said():
    """E-50: no code lacks a sentence."""
    assert all(str(sentence) for sentence in SENTENCES.values())
