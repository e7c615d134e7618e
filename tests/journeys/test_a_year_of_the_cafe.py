"""A year of the café: joining, unlocking, spending, returning, a birthday, expiry, review, grace and the drop.

Played from outside: by the API and by the test clock, with the programme that `create_program --preset cafe` opens.
"""

from datetime import datetime

import pytest

from loyalty.outbox.models import AnnouncedFact
from loyalty.programs.models import Program
from loyalty.programs.opening import preset
from tests.world.access import a_shop
from tests.world.events import an_event, an_order
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)

PARTS = ("program", "currencies", "rules", "tiers", "rewards", "reason_codes")
# What the café adds to its rules before it opens: a present for joining, and reviews that wait a week.
WELCOME = {
    "slug": "welcome",
    "name": {"en": "Welcome"},
    "triggers": ["member.enrolled"],
    "currency": "stars",
    "effect": {"kind": "fixed", "points": 50},
    "limits": {"times": {"times": 1, "period": "ever"}},
    "unlock": {"after": "P0D", "from": "safe_order"},
}
SLOW_REVIEWS = {"unlock": {"after": "P7D", "from": "event"}}


class Cafe:
    """The café, its storefront and its clock; every call under a key of its own."""

    def __init__(self):
        program = applied(_document()).program
        opens_at = datetime.fromisoformat("2026-01-20T09:00:00+02:00")  # a Tuesday
        Program.objects.filter(pk=program.pk).update(test_now=opens_at)
        program.refresh_from_db()
        self.shop, self.calls = a_shop(program), 0

    def post(self, path, body=None):
        self.calls += 1
        answer = self.shop.post(path, body or {}, key=f"call-{self.calls}")
        assert answer.status_code in (200, 201), answer.json()
        return answer.json()

    def travels(self, to):
        """The test clock moves to this local time, and all that falls due on the way is done."""
        assert self.post(
            "/v1/test-clock/advance", {"to": to if to.startswith("2027") else f"2026-{to}"}
        )

    def pays(self, order_id, **order):
        told = an_order(order_id, at=None, **order)
        return self.post("/v1/events", told)["results"]

    @property
    def ada(self):
        return self.shop.get("/v1/members/ext:ada").json()

    @property
    def stars(self):
        parts = self.ada["balances"]["stars"]
        return parts["available"], parts["pending"]


def _document():
    """The preset, with the café's own present for joining and its slower reviews; as a test programme."""
    document = preset("cafe")
    rules = [
        rule | (SLOW_REVIEWS if rule["slug"] == "review" else {}) for rule in document["rules"]
    ]
    changed = {
        "program": document["program"] | {"slug": "year", "test": True},
        "rules": [*rules, WELCOME],
    }
    return {key: document[key] for key in PARTS} | changed


def given(results):
    """Points by currency that an event brought, rule by rule."""
    return sorted((each["currency"], each["points"]) for each in results["points"])


def test_a_year_of_the_cafe():
    cafe = Cafe()
    _january(cafe)
    _february(cafe)
    _the_rest_of_the_year(cafe)
    _the_next_spring(cafe)


def _january(cafe):
    # Ada joins. Her present waits for a safe order, and the first order is one.
    cafe.post("/v1/members", {"external_id": "ada", "birthday": "06-15"})
    cafe.travels("01-20T09:30:00+02:00")
    assert cafe.stars == (0, 50)

    # On Tuesdays coffee counts twice: 40.00 of it and a mug for 20.00.
    lines = [
        {"sku": "COF-1", "amount": 4000, "quantity": 10, "categories": ["coffee"]},
        {"sku": "MUG-1", "amount": 2000, "quantity": 1},
    ]
    first = cafe.pays("A", total=6000, lines=lines)
    assert given(first) == [("stars", 100), ("xp", 10)]
    assert cafe.stars == (150, 0)

    # Her review brings 50 that open a week later, to the second.
    review = an_event(
        "review.written", source_id="review-1", at=None, data={"sku": "COF-1", "verified": True}
    )
    assert given(cafe.post("/v1/events", review)["results"]) == [("stars", 50), ("xp", 10)]
    assert cafe.stars == (150, 50)
    cafe.travels("01-27T09:29:59+02:00")
    assert cafe.stars == (150, 50)
    cafe.travels("01-27T09:30:00+02:00")
    assert cafe.stars == (200, 0)

    # Beans for 210.00 lift her: 310 points earned by orders, 300 make Gold.
    cafe.travels("01-30T12:00:00+02:00")
    second = cafe.pays("B", total=21_000)
    assert second["tier"] == {"before": "green", "after": "gold"}
    assert cafe.stars == (410, 0)
    assert cafe.ada["tier"]["current"]["until"] == "2027-02-01T00:00:00+02:00"


def _february(cafe):
    # Gold counts one and a half times, and big orders bring 25 more.
    cafe.travels("02-05T12:00:00+02:00")
    teas = [{"sku": "TEA-1", "amount": 8000, "quantity": 2}]
    assert given(cafe.pays("C", total=8000, lines=teas)) == [
        ("stars", 25),
        ("stars", 120),
        ("xp", 10),
    ]

    # 100 points pay 1.00 of the next one; the free coffee costs 80 in Gold.
    hold = cafe.post("/v1/holds", {"member": "ext:ada", "points": 100})
    cafe.post(f"/v1/holds/{hold['id']}/capture", {"order_id": "D"})
    assert given(cafe.pays("D", total=3000)) == [("stars", 43), ("xp", 10)]
    coffee = cafe.post("/v1/redemptions", {"member": "ext:ada", "reward": "free-coffee"})
    assert (coffee["points"], cafe.stars) == (80, (418, 0))

    # One tea comes back: 60 of the 120, and the 25, for the order is no longer big.
    cafe.travels("02-07T12:00:00+02:00")
    back = {"order_id": "C", "lines": [{"sku": "TEA-1", "quantity": 1}]}
    told = an_event("order.returned", source_id="return-C", at=None, data=back)
    allocation = cafe.post("/v1/events", told)["results"]["allocation"]
    assert allocation["taken_back"]["available"] == 85
    assert allocation["money"] == {"amount": 4000, "currency": "EUR"}

    # The last order is cancelled: its 43 go, and the 100 that paid come back.
    told = an_event("order.cancelled", source_id="cancel-D", at=None, data={"order_id": "D"})
    allocation = cafe.post("/v1/events", told)["results"]["allocation"]
    assert allocation["given_back"] == {"available": 100, "already_expired": 0}
    assert allocation["money"] == {"amount": 2900, "currency": "EUR"}
    assert cafe.stars == (390, 0)
    assert cafe.ada["balances"]["xp"]["available"] == 40


def _the_rest_of_the_year(cafe):
    # On her birthday Gold gives a coffee, free.
    cafe.travels("06-14T23:59:59+03:00")
    before = cafe.shop.get("/v1/events?member=ext:ada&type=member.birthday").json()["data"]
    cafe.travels("06-15T00:00:00+03:00")
    (birthday,) = cafe.shop.get("/v1/events?member=ext:ada&type=member.birthday").json()["data"]
    assert (before, birthday["occurred_at"]) == ([], "2026-06-14T21:00:00Z")
    assert cafe.stars == (390, 0)
    gift, bought = cafe.shop.get("/v1/redemptions?member=ext:ada").json()["data"]
    assert [(each["origin"], each["points"]) for each in (gift, bought)] == [
        ("tier", 0),
        ("redemption", 80),
    ]

    # In autumn she can see what is coming: 60 of 300 are counted, so Gold will end in spring.
    cafe.travels("10-15T12:00:00+03:00")
    tier = cafe.ada["tier"]
    assert (tier["projected"], tier["risks"]) == (
        "green",
        [
            {
                "from": "gold",
                "to": "green",
                "missing": 240,
                "keep_by": "2027-03-02",
                "at": "2027-03-03T00:00:00+02:00",
                "cause": "review",
            }
        ],
    )


def _the_next_spring(cafe):
    # What January brought and was not spent ends with January: 50 + 50 + 20 + 210.
    cafe.travels("2027-01-31T23:59:59+02:00")
    assert (cafe.stars, cafe.ada["tier"]["current"]["state"]) == ((390, 0), "held")
    cafe.travels("2027-02-01T00:00:00+02:00")
    assert cafe.stars == (60, 0)

    # The review of that midnight finds 60 of 300: grace, with all that Gold brings.
    current = cafe.ada["tier"]["current"]
    assert (current["slug"], current["state"]) == ("gold", "grace")
    told = set(AnnouncedFact.objects.values_list("name", flat=True))
    assert {"tier.will_downgrade", "points.expiring", "points.expired"} <= told
    cafe.travels("2027-03-02T23:59:59+02:00")
    assert (cafe.ada["tier"]["current"]["slug"], cafe.stars) == ("gold", (0, 0))

    # At the end of grace she drops, and everything can be told why.
    cafe.travels("2027-03-03T00:00:00+02:00")
    assert cafe.ada["tier"]["current"]["slug"] == "green"
    why = cafe.shop.get("/v1/members/ext:ada/tier/explanation").json()
    assert [step["code"] for step in why["steps"]] == [
        "ladder",
        "counted",
        "dropped",
        "next_without_end",
    ]
    entries = cafe.shop.get("/v1/members/ext:ada/entries?limit=200").json()["data"]
    stars = [each for each in entries if each["currency"] == "stars"]
    assert sum(each["points"] for each in stars) == 0
    assert sum(each["points"] for each in stars if each["kind"] == "expire") == -390
