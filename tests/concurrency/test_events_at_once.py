"""One event told by many at once: it counts once, whatever the key, and whoever comes second hears the first answer."""

from functools import partial

import pytest

from loyalty.earning.models import Earning
from loyalty.events.intake import looking_up
from loyalty.events.models import Event
from loyalty.ledger.models import Account, Entry
from loyalty.members.models import Member
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_order, codes_of, taken
from tests.world.members import a_member
from tests.world.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def stars_of(cafe):
    return sum(Account.objects.filter(program=cafe).values_list("available", flat=True))


def test_fifty_copies_of_one_event_credit_once():
    """V-52, E-3: fifty at once, one credit, one answer."""
    cafe = a_cafe()
    a_member(cafe)
    answers = []

    def tell():
        (outcome,) = taken(cafe, an_order(total=4500))
        answers.append((codes_of([outcome])[0], outcome.answer))

    assert at_once(*[tell] * 50) == ["done"] * 50

    assert sorted(code for code, _answer in answers) == ["again"] * 49 + ["new"]
    assert all(answer == answers[0][1] for _code, answer in answers)
    assert (Event.objects.count(), Entry.objects.count(), Earning.objects.count()) == (1, 1, 1)
    assert stars_of(cafe) == 45


def test_copies_from_strangers_enrol_one_member():
    """E-6: an unknown member told by many at once is enrolled once."""
    cafe = a_cafe(enrol_on_event=True)
    tell = [partial(taken, cafe, an_order(f"order-{n}", total=100)) for n in range(16)]

    assert at_once(*tell) == ["done"] * 16

    assert Member.objects.count() == 1
    assert (Event.objects.count(), stars_of(cafe)) == (16, 16)


def test_they_collide_when_nobody_looks(monkeypatch):
    """Control: without the look under the lock the race is real, and the database refuses what would double."""
    cafe = a_cafe()
    a_member(cafe)
    monkeypatch.setattr(looking_up, "known_events", lambda **_asked: {})
    monkeypatch.setattr(looking_up, "known_orders", lambda **_asked: {})

    came_to = at_once(*[partial(taken, cafe, an_order(total=4500))] * 8)

    assert sorted(came_to) == ["done"] + ["order_counts_once"] * 7
    assert (Event.objects.count(), Entry.objects.count(), stars_of(cafe)) == (1, 1, 45)


def test_one_key_thirty_two_times_at_once():
    """V-52: one entry; the others hear the first answer or that it is still running, then all hear one body."""
    cafe = a_cafe()
    a_member(cafe)
    shop = a_shop(cafe)
    order = an_order(total=4500, at=now_of(cafe))
    shop.get("/v1/events")  # whatever is made at the first call is made
    heard = []

    def tell():
        answer = shop.post("/v1/events", order, key="one-key")
        heard.append((answer.status_code, answer.content))

    assert at_once(*[tell] * 32) == ["done"] * 32

    assert {status for status, _body in heard} <= {201, 409}
    assert len({body for status, body in heard if status == 201}) == 1
    last = shop.post("/v1/events", order, key="one-key")
    assert (last.status_code, last.content) in heard
    assert (Event.objects.count(), stars_of(cafe)) == (1, 45)


def test_one_event_under_thirty_two_keys_at_once():
    """V-52: one credit and one body, new or again."""
    cafe = a_cafe()
    a_member(cafe)
    shop = a_shop(cafe)
    order = an_order(total=4500, at=now_of(cafe))
    shop.get("/v1/events")
    heard = []

    def tell(number):
        answer = shop.post("/v1/events", order, key=f"key-{number}")
        heard.append((answer.status_code, answer.content))

    assert at_once(*[partial(tell, number) for number in range(32)]) == ["done"] * 32

    assert sorted(status for status, _body in heard) == [200] * 31 + [201]
    assert len({body for _status, body in heard}) == 1
    assert stars_of(cafe) == 45


def test_batches_in_opposite_order_do_not_deadlock():
    """V-32, V-53: sorted locks and sorted keys; every event counts once."""
    cafe = a_cafe(enrol_on_event=True)
    told = [an_order(f"order-{n}", member=f"ext:guest-{n}", total=100) for n in range(60)]

    came_to = at_once(*[partial(taken, cafe, *(told if n % 2 else told[::-1])) for n in range(8)])

    assert came_to == ["done"] * 8
    assert (Event.objects.count(), Entry.objects.count(), stars_of(cafe)) == (60, 60, 60)
