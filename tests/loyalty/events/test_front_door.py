"""The front door's refusals, each with its code, and nothing changed (E-1 to E-7, S-4, S-5)."""

import pytest

from loyalty.events.models import Event
from loyalty.ledger.models import Entry
from loyalty.members.models import Member
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.world.access import a_page, a_shop
from tests.world.earning import a_cafe
from tests.world.events import an_event, an_order
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cafe():
    cafe = a_cafe()
    a_member(cafe)
    return cafe


def everything():
    return [table.objects.count() for table in (Event, Entry, Member, AnnouncedFact)]


def changed(order, **fields):
    return {**order, **fields}


def with_data(order, **fields):
    return {**order, "data": {**order["data"], **fields}}


LINE = {"sku": "A", "quantity": 1, "amount": 100}
REFUSED = {
    "not an object": (lambda _o: [1], "", "wrong_type"),
    "an unknown field": (lambda o: changed(o, colour="red"), "/colour", "unknown_field"),
    "a name in the data": (lambda o: with_data(o, name="Ada"), "/data/name", "unknown_field"),
    "a missing field": (lambda o: changed(o, source=1), "/source", "wrong_type"),
    "text for a number": (lambda o: with_data(o, total="5990"), "/data/total", "wrong_type"),
    "a fraction": (lambda o: with_data(o, total=59.9), "/data/total", "not_whole"),
    "a float": (lambda o: with_data(o, total=100.0), "/data/total", "not_whole"),
    "a negative total": (lambda o: with_data(o, total=-1), "/data/total", "too_small"),
    "a huge total": (lambda o: with_data(o, total=2**53), "/data/total", "too_large"),
    "a small currency": (lambda o: with_data(o, currency="eur"), "/data/currency", "invalid"),
    "no lines": (lambda o: with_data(o, lines=[]), "/data/lines", "too_few"),
    "a line without goods": (
        lambda o: with_data(o, lines=[{"sku": "A", "amount": 1}]),
        "/data/lines/0/quantity",
        "required",
    ),
    "too many lines": (lambda o: with_data(o, lines=[LINE] * 501), "/data/lines", "too_many"),
    "a naive time": (
        lambda o: changed(o, occurred_at="2026-11-20T10:00:00"),
        "/occurred_at",
        "offset_missing",
    ),
    "a date": (lambda o: changed(o, occurred_at="2026-11-20"), "/occurred_at", "offset_missing"),
    "no time": (lambda o: changed(o, occurred_at="soon"), "/occurred_at", "time_invalid"),
    "the year 9999": (
        lambda o: changed(o, occurred_at="9999-12-31T23:59:59-12:00"),
        "/occurred_at",
        "time_out_of_range",
    ),
    "the year 1": (
        lambda o: changed(o, occurred_at="0001-01-01T00:00:00+14:00"),
        "/occurred_at",
        "time_out_of_range",
    ),
    "an empty source id": (lambda o: changed(o, source_id=""), "/source_id", "too_short"),
    "a long source id": (lambda o: changed(o, source_id="x" * 201), "/source_id", "too_long"),
    "a channel nobody knows": (lambda o: changed(o, channel="fax"), "/channel", "not_a_choice"),
    "a channel twice": (
        lambda o: changed(with_data(o, channel="web"), channel="web"),
        "/data/channel",
        "told_twice",
    ),
}


class TestMalformed:
    @pytest.mark.parametrize("what", REFUSED)
    def test_is_refused_with_a_pointer(self, cafe, what):
        """S-4, E-10: unknown fields, wrong types, floats and times without an offset are 400 with a pointer."""
        spoil, pointer, code = REFUSED[what]
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/events", spoil(an_order(at=now_of(cafe))), key="k")

        assert answer.status_code == 400
        assert answer.json()["code"] == "malformed"
        assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}
        assert everything() == before

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (b"{", 400, "malformed"),
            (b'{"type": "order.paid", "type": "x"}', 400, "malformed"),
            (b'{"type": "a\\u0000b"}', 400, "malformed"),
            (b'{"type": "\\ud800"}', 400, "malformed"),
            (b'{"data": {"total": NaN}}', 400, "malformed"),
            (b'{"data": {"total": 1e999}}', 400, "malformed"),
            (b"[" * 10_000, 400, "malformed"),
            (b'{"type": "' + b"x" * 1_048_577 + b'"}', 413, "too_large"),
        ],
        ids=["cut", "doubled", "nul", "surrogate", "nan", "infinite", "deep", "large"],
    )
    def test_bytes_that_are_no_json_of_ours(self, cafe, body, status, code):
        """S-5: read strictly, within limits."""
        shop, before = a_shop(cafe), everything()

        answer = shop.client.post(
            "/v1/events",
            data=body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {shop.credential}", "Idempotency-Key": "k"},
        )

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert everything() == before

    def test_nested_too_deeply(self):
        """E: data has at most depth six."""
        schema = {"type": "object"}
        cafe = a_cafe(event_types={"custom.nest": schema})
        a_member(cafe)
        shop = a_shop(cafe)
        deep = {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}

        fine = shop.post("/v1/events", an_event("custom.nest", at=now_of(cafe), data=deep), key="1")
        deeper = an_event("custom.nest", at=now_of(cafe), data={"b": deep}, source_id="2")
        answer = shop.post("/v1/events", deeper, key="2")

        assert fine.status_code == 201
        assert [e["code"] for e in answer.json()["errors"]] == ["too_deep"]
        assert Event.objects.count() == 1


class TestRefused:
    @pytest.mark.parametrize(
        ("told", "status", "code"),
        [
            (lambda o: changed(o, source="wafa"), 400, "source_reserved"),
            (lambda o: changed(o, source="import:old"), 400, "source_reserved"),
            (lambda o: changed(o, type="order.lost"), 422, "event_type_unknown"),
            (lambda o: changed(o, type="custom.tea"), 422, "event_type_unknown"),
            (lambda o: changed(o, member="ext:nobody"), 422, "member_unknown"),
            (lambda o: with_data(o, currency="USD"), 422, "currency_not_accepted"),
            (lambda o: with_data(o, tax=500, lines=[LINE]), 422, "order_does_not_add_up"),
            (lambda o: changed(o, occurred_at="2199-01-01T00:00:00Z"), 422, "event_in_future"),
            (lambda o: changed(o, occurred_at="2001-01-01T00:00:00Z"), 422, "event_too_old"),
        ],
    )
    def test_with_its_code(self, cafe, told, status, code):
        """E-3 to E-7: each refusal has its code and leaves no trace."""
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/events", told(an_order(at=now_of(cafe))), key="k")

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert everything() == before

    def test_a_foreign_member(self, cafe):
        """S-2: the members of another programme do not exist here."""
        ada = a_member(a_program("other"), "ada")
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/events", an_order(member=ada, at=now_of(cafe)), key="k")

        assert (answer.status_code, answer.json()["code"]) == (422, "member_unknown")
        assert everything() == before

    def test_a_batch_that_is_too_long(self, cafe):
        """E-1: more than a thousand are 413, one and none are 207 and 400."""
        shop, before = a_shop(cafe), everything()

        answer = shop.post("/v1/events", {"events": [{}] * 1001}, key="k")

        assert (answer.status_code, answer.json()["code"]) == (413, "too_many_events")
        assert shop.post("/v1/events", {"events": []}, key="l").status_code == 400
        assert shop.post("/v1/events", {"events": [{}], "x": 1}, key="m").status_code == 400
        assert everything() == before

    def test_without_a_key(self, cafe):
        """V-5: every POST that moves points names an Idempotency-Key."""
        shop, before = a_shop(cafe), everything()

        for body in (an_order(at=now_of(cafe)), {"events": [an_order(at=now_of(cafe))]}):
            answer = shop.post("/v1/events", body)
            assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")

        assert everything() == before

    def test_with_a_key_of_another_body(self, cafe):
        """V-4: one key, one request."""
        shop = a_shop(cafe)
        shop.post("/v1/events", an_order(at=now_of(cafe)), key="k")
        before = everything()

        answer = shop.post("/v1/events", an_order("order-2", at=now_of(cafe)), key="k")

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert everything() == before

    def test_without_the_scope(self, cafe):
        """S-1: a key that may not write events, and a publishable one."""
        before = everything()

        for caller in (a_shop(cafe, "events:read", "members:write"), a_page(cafe)):
            answer = caller.post("/v1/events", an_order(at=now_of(cafe)), key="k")
            assert answer.status_code == 403

        assert everything() == before

    def test_events_of_others_are_not_found(self, cafe):
        """S-2: foreign, unknown and malformed ids answer alike."""
        other = a_shop(a_program("other"))
        shop = a_shop(cafe)
        event = shop.post("/v1/events", an_order(at=now_of(cafe)), key="k").json()["id"]

        for told in (event, "evt_" + "0" * 26, "nonsense"):
            assert other.get(f"/v1/events/{told}").status_code == 404
            assert other.get(f"/v1/events/{told}/explanation").status_code == 404
        assert other.get("/v1/events?member=ext:ada").json()["data"] == []
