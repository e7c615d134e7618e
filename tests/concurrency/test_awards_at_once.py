"""Fifty tell of the same visit, or hear of the same member, at once: one award, one grant, one entry (G-2, G-32, G-39)."""

import threading
from functools import partial

import pytest

from gamification.badges.awards import looking
from gamification.badges.awards.looking import look
from gamification.badges.awards.sparing import Wake
from gamification.badges.models import Award, AwardChange
from gamification.criteria.hearing import hear
from gamification.criteria.life.catalogue import book_of
from gamification.deeds.models import Deed
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.units import run
from loyalty.ledger.locks import look_at_accounts
from loyalty.ledger.models import Entry
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.outbox.keeping import facts_after
from tests.world.access import a_shop
from tests.world.badges import points_of
from tests.world.events import an_order
from tests.world.play import FIRST_CUP, a_cafe, at, bought, heard, member_of
from tests.world.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True)]

PRIZE = {"kind": "points", "currency": "stars", "points": 20}
BADGE = FIRST_CUP | {"tiers": [FIRST_CUP["tiers"][0] | {"prize": PRIZE}]}
NOW = at("11-20 09:00")


def a_customer():
    """Ada has bought and nobody has looked yet."""
    cafe = a_cafe(rules=[], badges=[BADGE])
    bought(cafe, "o-1", when="11-02 09:00", heard=False)
    return cafe


def heard_by(cafe, workers):
    """The very same look by as many workers, on deeds that are there."""
    facts = [
        fact
        for fact in facts_after(program_id=cafe.pk, size_max=100)
        if fact.name == "event.recorded"
    ]
    run(partial(hear, facts))
    ada = member_of(cafe)
    live = book_of(cafe).of("badge")
    work = partial(look, program=cafe, badges=live, member_ids=[ada.pk], wake=Wake(), at=NOW)
    return at_once(*[partial(run, work) for _worker in range(workers)])


def test_fifty_looks_give_one_award():
    cafe = a_customer()

    outcomes = heard_by(cafe, 50)

    assert set(outcomes) == {"done"}
    assert Deed.objects.filter(kind="order.paid").count() == 1
    assert (Award.objects.count(), AwardChange.objects.count()) == (1, 1)
    assert (PrizeGrant.objects.count(), Entry.objects.count()) == (1, 1)
    assert points_of(cafe) == 20


def test_fifty_calls_give_one_award():
    """G-2: the same event through the front door, each under a key of its own, with a worker delivering after each."""
    cafe = a_cafe(rules=[], badges=[BADGE])
    shop, statuses = a_shop(cafe), []
    order = an_order("o-1", total=1000, at=at("11-02 09:00"))

    def tell(number):
        statuses.append(shop.post("/v1/events", order, key=f"try-{number}").status_code)
        deliver_until_idle(program_id=cafe.pk)

    outcomes = at_once(*[partial(tell, number) for number in range(50)])
    heard(cafe)

    assert set(outcomes) == {"done"}
    assert sorted(statuses) == [200] * 49 + [201]
    assert Deed.objects.filter(kind="order.paid").count() == 1
    assert (Award.objects.count(), PrizeGrant.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert points_of(cafe) == 20


def _only_looking(*, program, member_ids, at):
    return look_at_accounts(member_ids=member_ids)


def test_they_collide_when_nobody_locks(monkeypatch):
    """Control: the race is real, and behind the lock the database refuses as well."""
    cafe = a_customer()
    barrier, read = threading.Barrier(2), looking._held

    def read_together(*args):
        held = read(*args)
        barrier.wait(timeout=30)
        return held

    monkeypatch.setattr(looking, "hold_members", _only_looking)
    monkeypatch.setattr(looking, "_held", read_together)

    outcomes = heard_by(cafe, 2)

    assert sorted(outcomes) == ["award_is_held_once", "done"]
    assert Award.objects.count() == 1
