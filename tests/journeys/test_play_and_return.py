"""Play and return: one visit moves every game of the café; one return, in one call, takes each back by what it brought.

Played from outside by the storefront, with the programme that `create_program --preset cafe` opens.
"""

from datetime import datetime

import pytest

from loyalty.programs.models import Program
from loyalty.programs.opening import preset
from tests.world.access import a_shop
from tests.world.events import an_event, an_order
from tests.world.play import heard
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = "2026-11-02T09:00:00+02:00"  # a Monday, on which nothing counts double
LINES = [
    {"sku": "COF-1", "amount": 600, "quantity": 2, "categories": ["coffee"]},
    {"sku": "TEA-1", "amount": 400, "quantity": 1, "categories": ["tea"]},
    {"sku": "CAK-1", "amount": 1400, "quantity": 1, "categories": ["cake"]},
]
NOTHING_YET = {
    "stars": 0,
    "badge": None,
    "taster": ("running", 0),
    "weeks in a row": 0,
    "stamps": 0,
    "this month": 0,
    "ever": 0,
}
# 24 stars for 24.00, 20 for the first cup, 60 for tasting three; a board counts what is bought and no prizes.
AFTER_THE_VISIT = {
    "stars": 104,
    "badge": "active",
    "taster": ("completed", 3),
    "weeks in a row": 1,
    "stamps": 2,
    "this month": 24,
    "ever": 24,
}


class Cafe:
    """The café with all its games, Ada's storefront, and what she sees in it."""

    def __init__(self):
        document = preset("cafe")
        own = {"slug": "play", "test": True}
        document["program"] = document["program"] | own
        self.program = applied(
            document, at=datetime.fromisoformat("2026-10-01T09:00:00+03:00")
        ).program
        Program.objects.filter(pk=self.program.pk).update(test_now=datetime.fromisoformat(MORNING))
        self.shop, self.calls = a_shop(self.program), 0
        self.post("/v1/members", {"external_id": "ada"})
        self.post("/v1/members/ext:ada/challenges/taster/join")

    def post(self, path, body=None):
        self.calls += 1
        answer = self.shop.post(path, body or {}, key=f"call-{self.calls}")
        assert answer.status_code in (200, 201), answer.json()
        return answer.status_code

    def told(self, event):
        """The storefront tells an event; then all that waits is delivered, once."""
        status = self.post("/v1/events", event)
        heard(self.program)
        return status

    def ada(self, path=""):
        answer = self.shop.get(f"/v1/members/ext:ada{path}")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    @property
    def sight(self):
        """Everything that Ada sees of herself."""
        (badge,) = self.ada("/badges")["data"]
        (taster,) = self.ada("/challenges")["data"]
        (weekly,) = self.ada("/streaks")["data"]
        (coffee,) = self.ada("/stamp-cards")["data"]
        award = next((each for each in badge["awards"] if each["tier"] == "first-cup"), None)
        return {
            "stars": self.ada()["balances"]["stars"]["available"],
            "badge": award and award["state"],
            "taster": (taster["status"], taster["steps"][0]["value"]),
            "weeks in a row": weekly["current"],
            "stamps": coffee["total"],
            "this month": self._score("current"),
            "ever": self._score("ever"),
        }

    def _score(self, period):
        page = self.shop.get(f"/v1/leaderboards/month?member=ext:ada&period={period}")
        if page.status_code == 404:  # it begins with the first score
            return 0
        assert page.status_code == 200, page.json()
        return (page.json()["me"] or {"score": 0})["score"]


def a_visit(order_id):
    return an_order(order_id, at=None, total=2400, lines=LINES)


def a_return(order_id, *, told_as):
    return an_event("order.cancelled", source_id=told_as, at=None, data={"order_id": order_id})


def test_a_return_takes_back_what_a_visit_brought():
    """G-4, G-35, G-42, G-53, G-57, G-69, G-77: all games in one round of deliveries; told twice is told once."""
    cafe = Cafe()
    assert cafe.sight == NOTHING_YET

    # One visit: the first cup, three things tasted, the first week, two stamps, a score.
    assert cafe.told(a_visit("A")) == 201
    assert cafe.sight == AFTER_THE_VISIT

    # Everything comes back, in one call. Nothing is left, and nothing is below zero.
    assert cafe.told(a_return("A", told_as="back-A")) == 201
    assert cafe.sight == NOTHING_YET | {"badge": "revoked"}

    # The storefront tells the return once more: it was heard.
    assert cafe.told(a_return("A", told_as="back-A")) == 200
    assert cafe.sight == NOTHING_YET | {"badge": "revoked"}

    # The next visit brings the same again: the same badge, the same prizes, each once in all.
    assert cafe.told(a_visit("B")) == 201
    assert cafe.sight == AFTER_THE_VISIT
    awards = cafe.ada("/badges")["data"][0]["awards"]
    assert [each["tier"] for each in awards] == ["first-cup"]
