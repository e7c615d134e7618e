"""What is kept of an event, and what is not."""

import json

import pytest

from loyalty.events.models import Event
from loyalty.foundation.refusals import Malformed
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_event, an_order
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


class TestCustomTypes:
    SCHEMA = {
        "type": "object",
        "properties": {"cups": {"type": "integer", "minimum": 1}},
        "required": ["cups"],
        "additionalProperties": False,
    }

    def test_are_checked_by_the_programmes_own_schema(self):
        """E: custom.<name> takes what its JSON Schema allows, and nothing else."""
        cafe = a_cafe(event_types={"custom.tasting": self.SCHEMA})
        a_member(cafe)
        shop, now = a_shop(cafe), now_of(cafe)

        def told(number, data):
            event = an_event("custom.tasting", source_id=f"t-{number}", at=now, data=data)
            return shop.post("/v1/events", event, key=f"k-{number}")

        assert told(1, {"cups": 2}).status_code == 201
        wrong = [told(2, {"cups": 0}), told(3, {}), told(4, {"cups": 1, "name": "Ada"})]
        assert [answer.status_code for answer in wrong] == [400, 400, 400]
        assert [answer.json()["errors"][0]["pointer"] for answer in wrong] == [
            "/data/cups",
            "/data/cups",
            "/data/name",
        ]

    @pytest.mark.parametrize(
        "schema", [{"type": "nonsense"}, {"$ref": "http://example.org/x.json"}, {"pattern": "("}]
    )
    def test_a_schema_that_cannot_check_is_refused(self, schema):
        """E: no outside $ref, no broken schema."""
        with pytest.raises(Malformed) as refusal:
            a_cafe(event_types={"custom.tasting": schema})

        assert [problem.code for problem in refusal.value.problems] == ["schema_invalid"]
