"""A backfill that is struck down anywhere leaves its page undone, and gone on with it ends like an undisturbed one (G-26)."""

from functools import partial

import pytest

from gamification.badges.models import Award
from gamification.criteria.life.backfilling import fill_page
from gamification.criteria.models import Definition
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.units import run
from loyalty.ledger.models import Entry
from tests.concurrency.test_all_or_nothing import strike
from tests.world.members import a_member
from tests.world.play import FIRST_CUP, a_cafe, at, bought, with_parts

pytestmark = pytest.mark.django_db(transaction=True)

NOW = at("11-20 09:00")
PRIZE = {"kind": "points", "currency": "stars", "points": 20}
BADGE = FIRST_CUP | {"tiers": [FIRST_CUP["tiers"][0] | {"prize": PRIZE}]}


def kept():
    awards = Award.objects.order_by("pk").values_list("member_id", "state", "earned_at")
    return list(awards), PrizeGrant.objects.count(), Entry.objects.count()


def filled(page, cursor, ends):
    """One page in a unit of its own; where the next begins is noted once it is committed."""
    ends.append(run(partial(page, cursor=cursor)))


def test_every_page_is_done_once(monkeypatch):
    """Hit before each statement of each page: nothing of the page stays; told again, it is done once."""
    monkeypatch.setattr("gamification.criteria.life.backfilling.PAGE", 1)
    cafe = a_cafe(rules=[])
    a_member(cafe, "grace")
    for who in ("ada", "grace"):
        bought(cafe, f"o-{who}", when="11-02 09:00", who=who)
    with_parts(cafe, when="11-20 09:00", badges=[BADGE])
    argument = {"definition": str(Definition.objects.get().pk), "is_silent": True}
    page, cursor, pages = partial(fill_page, program=cafe, argument=argument, at=NOW), None, 0

    while cursor is not None or pages == 0:
        start, number, ends = kept(), 1, []
        unit = partial(filled, page, cursor, ends)
        while strike(monkeypatch, unit, number=number, before=True):
            assert kept() == start, f"page {pages}, statement {number}"
            number += 1
        cursor, pages = ends[-1], pages + 1

    awards, grants, entries = kept()
    assert pages == 3  # the last one is empty
    assert [state for _member, state, _at in awards] == ["active"] * 2
    assert (grants, entries) == (2, 2)
