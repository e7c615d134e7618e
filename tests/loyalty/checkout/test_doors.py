"""Doors: quotes and holds over the wire (api, section 4; E-75 to E-78)."""

import pytest
import time_machine

from loyalty.checkout.models import PointsPrice, Quote, QuoteUse
from loyalty.ledger.models import Hold
from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.clock import now_of
from tests.world.access import a_shop
from tests.world.earning import ORDER_5990, a_cafe
from tests.world.events import an_event
from tests.world.ledger import a_member

pytestmark = pytest.mark.django_db
BASKET = {key: value for key, value in ORDER_5990.items() if key != "order_id"}
QUESTION = {"member": "ext:ada", "order": BASKET, "use_points": 1000}


@pytest.fixture
def shop():
    cafe = a_cafe()
    a_member(cafe, points=3250)
    return a_shop(cafe)


def without_ids(told):
    """What two quotes of one question have in common."""
    return {k: v for k, v in told.items() if k not in {"id", "as_of", "expires_at", "simulated"}}


class TestQuotes:
    def test_need_no_key_and_are_never_the_same(self, shop):
        """V-4: a quote moves nothing."""
        first, second = shop.post("/v1/quotes", QUESTION), shop.post("/v1/quotes", QUESTION)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json()["id"] != second.json()["id"]

    def test_under_one_key_are_one(self, shop):
        """V-4"""
        first = shop.post("/v1/quotes", QUESTION, key="q-1")

        again = shop.post("/v1/quotes", QUESTION, key="q-1")

        assert (again.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert Quote.objects.count() == 1

    def test_rehearsed_say_the_same_and_leave_no_row(self, shop):
        """E-8"""
        with time_machine.travel("2026-11-20T10:00:00+00:00", tick=False):
            dry = shop.post("/v1/quotes?dry_run=true", QUESTION)
            assert not Quote.objects.exists()
            real = shop.post("/v1/quotes", QUESTION)

        assert (dry.status_code, dry.json()["simulated"]) == (200, True)
        assert without_ids(dry.json()) == without_ids(real.json())
        assert not AnnouncedFact.objects.filter(name__startswith="quote").exists()

    def test_are_read_again_as_they_were_told(self, shop):
        """E-75"""
        told = shop.post("/v1/quotes", QUESTION).json()

        assert shop.get(f"/v1/quotes/{told['id']}").json() == told

    @pytest.mark.parametrize("wrong", ["quo_00000000000000000000000000", "nonsense"])
    def test_that_are_unknown_are_not_found(self, shop, wrong):
        """S-2: as every address; in a body it is `quote_unknown`."""
        answer = shop.get(f"/v1/quotes/{wrong}")

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"use_points": -1}, "/use_points", "too_small"),
            ({"use_points": 10.5}, "/use_points", "wrong_type"),
            ({"use_points": "10"}, "/use_points", "wrong_type"),
            ({"order": BASKET | {"total": 5990.0}}, "/order/total", "not_whole"),
            ({"order": BASKET | {"paid_with_points": 100}}, "/order/paid_with_points", "too_large"),
            ({"order": BASKET | {"quote": "quo_1"}}, "/order/quote", "unknown_field"),
            ({"order": BASKET | {"currency": "eur"}}, "/order/currency", "invalid"),
            ({"vouchers": ["x" * 65]}, "/vouchers/0", "too_long"),
            ({"vouchers": ["x"] * 21}, "/vouchers", "too_many"),
            ({"nobody": 1}, "/nobody", "unknown_field"),
        ],
    )
    def test_that_cannot_be_read_are_refused_with_a_pointer(self, shop, change, pointer, code):
        """E-77: nothing is kept."""
        answer = shop.post("/v1/quotes", QUESTION | change)

        assert answer.status_code == 400
        assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}
        assert not Quote.objects.exists()

    def test_of_points_that_are_unknown_are_refused(self, shop):
        """E-76"""
        answer = shop.post("/v1/quotes", QUESTION | {"currency": "moons"})

        assert (answer.status_code, answer.json()["code"]) == (422, "currency_unknown")

    def test_are_told_in_the_reader_s_language(self, shop):
        """E-50, E-77"""
        wish = QUESTION | {"use_points": 9000}
        told = shop.post("/v1/quotes", wish).json()

        sentences = {}
        for language in ("en", "ar", "fa", "uk"):
            answer = shop.get(f"/v1/quotes/{told['id']}", headers={"Accept-Language": language})
            body = answer.json()
            trims = [trim["sentence"] for trim in body["pay_with_points"]["trims"]]
            steps = [s["sentence"] for s in body["earns"]["explanation"]["rules"][0]["steps"]]
            sentences[language] = (*trims, *steps)

        assert all(all(each) for each in sentences.values())
        assert len(set(sentences.values())) == 4


class TestHolds:
    def test_within_a_quote_take_its_points_without_being_told_which(self, shop):
        """E-77"""
        quote = shop.post("/v1/quotes", QUESTION).json()

        told = {"member": "ext:ada", "points": 1000, "quote": quote["id"]}
        answer = shop.post("/v1/holds", told, key="h")

        assert (answer.status_code, answer.json()["quote"]) == (201, quote["id"])

    @pytest.mark.parametrize(
        ("points", "code"),
        [
            (3300, "insufficient_points"),
            (2700, "above_share"),
            (1050, "not_whole_blocks"),
            (400, "below_minimum"),
        ],
    )
    def test_beyond_a_quote_are_refused(self, shop, points, code):
        """E-77: 53.91 of gross goods, half of it 26 blocks."""
        quote = shop.post("/v1/quotes", QUESTION).json()

        told = {"member": "ext:ada", "points": points, "quote": quote["id"]}
        answer = shop.post("/v1/holds", told, key="h")

        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert not Hold.objects.exists()
        assert not PointsPrice.objects.exists()

    def test_after_the_quote_s_end_are_refused(self, shop):
        """E-75"""
        quote = shop.post("/v1/quotes", QUESTION).json()

        told = {"member": "ext:ada", "points": 1000, "quote": quote["id"]}
        with time_machine.travel(quote["expires_at"], tick=False):
            answer = shop.post("/v1/holds", told, key="h")

        assert (answer.status_code, answer.json()["code"]) == (409, "quote_expired")
        assert not Hold.objects.exists()

    def test_of_an_unknown_quote_are_refused(self, shop):
        """E-75"""
        told = {"member": "ext:ada", "points": 1000, "quote": "quo_00000000000000000000000000"}

        answer = shop.post("/v1/holds", told, key="h")

        assert (answer.status_code, answer.json()["code"]) == (404, "quote_unknown")

    def test_rehearsed_leave_no_row(self, shop):
        """E-8"""
        quote = shop.post("/v1/quotes", QUESTION).json()
        told = {"member": "ext:ada", "points": 1000, "quote": quote["id"]}

        answer = shop.post("/v1/holds?dry_run=true", told)

        assert (answer.status_code, answer.json()["status"]) == (200, "held")
        assert not Hold.objects.exists()
        assert not PointsPrice.objects.exists()


def test_an_order_rehearsed_with_its_quote_leaves_no_row(shop):
    """E-8, E-75"""
    quote = shop.post("/v1/quotes", QUESTION).json()
    now = now_of(Quote.objects.get().program)
    event = an_event("order.paid", at=now, data=ORDER_5990 | {"quote": quote["id"]})

    dry = shop.post("/v1/events?dry_run=true", event)
    assert not QuoteUse.objects.exists()
    real = shop.post("/v1/events", event, key="e")

    assert dry.json()["results"] == real.json()["results"]
    assert QuoteUse.objects.count() == 1
