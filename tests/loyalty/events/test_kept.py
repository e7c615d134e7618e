"""What is kept of an event, and what is not."""

import json

import pytest

from loyalty.events.models import Event
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_order
from tests.world.members import a_member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    cafe = a_cafe()
    a_member(cafe)
    return cafe


class TestKept:
    def test_fingerprints_are_kept_as_digests(self, cafe):
        """S-39: what could tell a payment, a device or an address is a keyed digest."""
        shop = a_shop(cafe)
        order = an_order(at=now_of(cafe), device_key="my-phone", payment_fingerprint="card-1")

        answer = shop.post("/v1/events", order, key="k")

        kept = Event.objects.get()
        assert answer.status_code == 201
        assert "my-phone" not in json.dumps(kept.data)
        assert len(kept.data["device_key"]) == len(kept.data["payment_fingerprint"]) == 64

    def test_without_a_time_it_is_now(self, cafe):
        """E-5: occurred_at absent is now, and a replay is one all the same."""
        shop = a_shop(cafe)

        first = shop.post("/v1/events", an_order(at=None), key="1")
        again = shop.post("/v1/events", an_order(at=None), key="2")

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
