"""A preview says of every member what publishing does, and then the next review (T-40, section 15)."""

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from loyalty.foundation.units import run
from loyalty.members.models import Member
from loyalty.programs.calendar import midnight
from loyalty.tiers.book import open_book
from loyalty.tiers.ladders.drafting import draft
from loyalty.tiers.ladders.publishing import publish
from loyalty.tiers.maths.reviewing import drop_day
from loyalty.tiers.midnights.applying import apply_to_members
from loyalty.tiers.midnights.turning import turn_these
from loyalty.tiers.models import Standing
from loyalty.tiers.telling import previewing
from loyalty.tiers.telling.previewing import preview_ladder
from tests.world.ledger import a_member, some_members
from tests.world.tiers import (
    TIERS,
    a_cafe,
    a_ladder,
    an_order,
    counted,
    granted,
    lived_until,
    noon,
    tier_of,
)

pytestmark = pytest.mark.django_db

BRONZE, SILVER, GOLD, PLATINUM = TIERS
TODAY = "2027-07-10"
DRAFTS = {
    "easier": {"tiers": [BRONZE, SILVER | {"reach": 400}, GOLD | {"reach": 1000}, PLATINUM]},
    "harder": {"tiers": [BRONZE, SILVER | {"reach": 900}, GOLD | {"reach": 3000}, PLATINUM]},
    "shorter": {"cycle": {"kind": "rolling", "period": "P3M"}, "grace": "P0D"},
    "longer": {"cycle": {"kind": "rolling", "period": "P24M"}, "drop": "to_metric"},
    "kept with less": {
        "tiers": [BRONZE, SILVER | {"keep": 200}, GOLD | {"keep": 0}, PLATINUM | {"for_life": True}]
    },
    "a new lowest": {
        "tiers": [
            {"slug": "iron", "name": {"en": "Iron"}},
            *(t | {"reach": t["reach"] + 1} for t in TIERS),
        ]
    },
    "by the year": {"cycle": {"kind": "calendar", "starts_on": "01-01"}, "drop": "to_metric"},
    "for ever": {"cycle": {"kind": "lifetime"}},
    "without gold": {"tiers": [BRONZE, SILVER, PLATINUM], "mapping": {"gold": "silver"}},
}


@pytest.fixture
def cafe():
    """Twelve members with orders of two years, reviews behind them; one has been given Gold."""
    random = Random(7)
    program = a_cafe(metric="spend")
    members = some_members(program, 12, at=noon("2025-01-01", program))
    days = sorted(random.choices(range(730), k=40))
    for day in days:
        on = noon("2025-07-10", program) + timedelta(days=day)
        who = random.choice(members)
        counted(an_order(who, on=on, spend=random.randrange(50, 900)), program=program, at=on)
        lived_until(on.date().isoformat(), program)
    lived_until(TODAY, program)
    granted("gold", to=members[0], until="2027-09-01", at=noon(TODAY, program))
    return program


def in_force(program):
    members = Member.objects.filter(program=program)
    return {each.pk: tier_of(each) for each in members}


@pytest.mark.parametrize("terms", DRAFTS.values(), ids=DRAFTS)
def test_member_by_member(cafe, terms, monkeypatch):
    at = noon(TODAY, cafe)
    told = a_ladder(metric="spend") | terms
    revision = draft(program=cafe, told=told, author="tests", at=at)
    seen = []
    by_sums = preview_ladder(program=cafe, revision=revision, at=at)
    monkeypatch.setattr(previewing, "can_sweep", lambda _live, _draft: False)
    by_the_book = preview_ladder(program=cafe, revision=revision, at=at)
    assert {**asdict(by_sums), "examples": None} == {**asdict(by_the_book), "examples": None}
    assert {each.member_id: each for each in by_sums.examples} == {
        each.member_id: each for each in by_the_book.examples
    }
    monkeypatch.setattr(
        previewing.Preview, "add", lambda _self, example, _terms: seen.append(example)
    )
    preview_ladder(program=cafe, revision=revision, at=at)
    assert {each.member_id: each.before for each in seen} == in_force(cafe)

    publish(program=cafe, revision=revision, at=at)
    run(partial(apply_to_members, program=cafe, revision_id=revision.pk, cursor=None, at=at))

    assert {each.member_id: each.after for each in seen} == in_force(cafe)
    assert len({each.after for each in seen}) > 1, "they stand on several tiers"
    for each in seen:
        review(cafe, each.member_id, at)
    assert {each.member_id: each.later for each in seen} == in_force(cafe)


def review(program, member_id, at):
    """Let this member's next review and its grace go by, and what a grant gives, but nothing else."""
    book = open_book(program=program, member_ids=[member_id], at=at)
    state = book.states[member_id]
    day = drop_day(state.standing, book.terms)
    if day is not None:
        end = midnight(day, program.zone)
        run(partial(turn_these, program=program, member_ids=[member_id], day=day, at=end))
    elif state.grants:
        end = state.grants[0].until
        day = end.date()
        run(partial(turn_these, program=program, member_ids=[member_id], day=day, at=end))


def test_sums_who_climbs_who_falls_and_who_is_close():
    """T-40: by tier, and what of it is the draft's doing."""
    program = a_cafe(metric="spend")
    at = noon("2026-07-01", program)
    for name, spend in (("ada", 1600), ("grace", 1250), ("new", 0), ("near", 450), ("top", 4500)):
        member = a_member(program, name)
        order = an_order(member, on="2026-06-10", spend=spend)
        counted(order, program=program, at=noon("2026-06-10", program))
    tiers = [BRONZE, SILVER, GOLD | {"reach": 1200, "keep": 0}, PLATINUM | {"reach": 5000}]
    told = a_ladder(metric="spend", tiers=tiers)
    revision = draft(program=program, told=told, author="tests", at=at)

    preview = preview_ladder(program=program, revision=revision, at=at)

    live = open_book(program=program, member_ids=[], at=at).terms
    up, down = preview.moved(live)
    assert (up, down) == (Counter(gold=1), Counter(platinum=1))
    assert (preview.at_risk, preview.spared) == (Counter(), Counter(gold=1))
    assert preview.close_to == Counter(silver=1)
    assert Standing.objects.filter(in_force="gold").count() == 1
