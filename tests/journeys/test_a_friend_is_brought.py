"""Stories of one friend, over the wire: brought and back again, caught, let pass, and found again (R-16 to R-44).

Played from outside: by links, by the API and by the test clock, which does on its way what falls due.
"""

import pytest

from loyalty.foundation.ids import shown
from loyalty.outbox.delivering import deliver_until_idle
from loyalty.programs.models import Program
from referrals.attribution.visitors import COOKIE
from tests.world.access import a_shop
from tests.world.earning import a_rule
from tests.world.programs import a_program
from tests.world.referrals import PLAN, at, member_of, points_of, referral_of, story_of

pytestmark = pytest.mark.django_db(transaction=True)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

HOSTS = {
    "slug": "hosts",
    "name": {"en": "Hosts"},
    "measure": {"kind": "referral.count"},
    "period": "month",
}


class Cafe:
    """A test programme with its own clock, a storefront with a key, and Ada who shares."""

    def __init__(self, boards=(), **terms):
        parts = {"rules": [a_rule()], "referral_plan": {**PLAN, **terms}}
        if boards:
            parts["leaderboards"] = list(boards)
        self.program = a_program(test=True, parts=parts)
        Program.objects.filter(pk=self.program.pk).update(test_now=at("11-09 10:00"))
        self.shop = a_shop(self.program)
        self.calls = 0
        self.enrols("ada", email="ada@example.org", last_name="Lovelace")

    def goes(self, when):
        """The programme's clock moves on, and what falls due by then is done."""
        self.calls += 1
        to = {"to": at(when).isoformat()}
        answer = self.shop.post("/v1/test-clock/advance", to, key=f"clock-{self.calls}")
        assert answer.status_code == 200, answer.json()

    def enrols(self, name, **more):
        answer = self.shop.post("/v1/members", {"external_id": name, **more})
        assert answer.status_code == 201, answer.json()
        deliver_until_idle(program_id=self.program.pk)

    def orders_for(self, name, total, **data):
        self.calls += 1
        number = f"order-{self.calls}"
        self.tells("order.paid", name, order_id=number, currency="EUR", total=total, **data)
        return number

    def tells(self, kind, name, **data):
        self.calls += 1
        event = {
            "type": kind,
            "member": f"ext:{name}",
            "source": "shop",
            "source_id": f"told-{self.calls}",
            "occurred_at": self.shop.get("/v1/test-clock").json()["now"],
            "data": data,
        }
        answer = self.shop.post("/v1/events", event, key=event["source_id"])
        assert answer.status_code == 201, answer.json()
        deliver_until_idle(program_id=self.program.pk)

    def code(self, name="ada"):
        return self.shop.get(f"/v1/members/ext:{name}/referral").json()["code"]

    def brings(self, code, friend, **more):
        self.calls += 1
        return self.shop.post(
            "/v1/referrals",
            {"code": code, "friend": f"ext:{friend}", **more},
            key=f"b{self.calls}",
        )

    def scored(self, period, name="ada"):
        """What stands on the board of friends; it begins with the first score."""
        page = self.shop.get(f"/v1/leaderboards/hosts?member=ext:{name}&period={period}")
        if page.status_code == 404:
            return 0
        assert page.status_code == 200, page.json()
        return (page.json()["me"] or {"score": 0})["score"]

    def follows(self, path):
        return self.shop.client.get(path, headers={"User-Agent": FIREFOX})


def test_share_click_join_order_hold_both_paid_late_return_both_reversed():
    """The whole way of R-22: joined, pending, approved, reversed."""
    cafe = Cafe()
    told = cafe.shop.get("/v1/members/ext:ada/referral").json()
    assert told["share_link"].endswith(f"/r/{told['code']}")

    answer = cafe.follows(f"/r/{told['code']}?to=/coffee")
    assert answer.status_code == 302
    assert answer["Location"] == f"https://shop.example/coffee?ref={told['code']}"

    cafe.goes("11-10 08:00")
    cafe.enrols("grace", referral_code=answer.cookies[COOKIE].value)
    assert referral_of(cafe.program).state == "joined"

    cafe.goes("11-20 09:00")
    order = cafe.orders_for("grace", 4500)
    assert referral_of(cafe.program).state == "pending"
    assert points_of(cafe.program, "ada") == 0

    earned = points_of(cafe.program, "grace")
    cafe.goes("12-04 09:00")
    assert referral_of(cafe.program).state == "approved"
    assert (points_of(cafe.program, "ada"), points_of(cafe.program, "grace")) == (500, earned + 300)

    cafe.goes("12-06 10:00")
    cafe.tells("order.cancelled", "grace", order_id=order)
    assert referral_of(cafe.program).state == "reversed"
    assert (points_of(cafe.program, "ada"), points_of(cafe.program, "grace")) == (0, 0)
    assert [to for _from, to, _why in story_of(referral_of(cafe.program))] == [
        "joined",
        "pending",
        "approved",
        "reversed",
    ]
    seen = cafe.shop.get("/v1/members/ext:ada/referral").json()
    assert seen["counts"] == {"joined": 0, "waiting": 0, "rewarded": 0, "not_counted": 1}


def test_a_self_referral_is_caught_kept_explained_and_overruled_by_nobody():
    """R-37, R-45: the mail alias of the advocate, under a second membership; and the very same member."""
    cafe = Cafe()
    cafe.enrols("ada-2", email="Ada@Example.org")

    answer = cafe.brings(cafe.code(), "ada-2")

    assert (answer.status_code, answer.json()["code"]) == (422, "referral_self")
    row = referral_of(cafe.program, "ada-2")
    assert (row.state, row.why) == ("rejected", "same_email")
    neutral = a_shop(cafe.program, "referrals:read", "referrals:write")
    seen = neutral.get(f"/v1/referrals/{row.shown_id}").json()
    assert seen["reason"] == "referral_not_counted"
    told = cafe.shop.get(f"/v1/referrals/{row.shown_id}/explanation").json()
    assert "same_email" in {
        each["signal"] for each in told["checks"] if each["result"] == "blocked"
    }

    herself = cafe.brings(cafe.code(), "ada")
    assert (herself.status_code, herself.json()["code"]) == (422, "referral_self")
    cafe.goes("11-20 09:00")
    cafe.orders_for("ada-2", 9000)
    cafe.goes("12-05 09:00")
    assert referral_of(cafe.program, "ada-2").state == "rejected"


def test_a_household_passes_once_and_the_second_goes_to_people():
    """R-40, R-41, R-43: Ada brings her husband, then her daughter; both live and buy at one place."""
    cafe = Cafe()
    home = {"address_key": "1 Analytical Row", "device_key": "the-tablet"}
    cafe.orders_for("ada", 1000, **home)
    cafe.goes("11-10 08:00")
    for name in ("william", "anne"):
        cafe.enrols(name, last_name="Lovelace", email=f"{name}@example.com")
        assert cafe.brings(cafe.code(), name).status_code == 201
    cafe.goes("11-20 09:00")

    cafe.orders_for("william", 4500, **home)
    cafe.orders_for("anne", 4500, **home)

    first, second = referral_of(cafe.program, "william"), referral_of(cafe.program, "anne")
    assert (first.state, first.as_household) == ("pending", True)
    assert (second.state, second.why) == ("review", "household_again")
    cafe.goes("12-05 09:00")
    assert referral_of(cafe.program, "william").state == "approved"
    assert referral_of(cafe.program, "anne").state == "review"  # never approved by time

    decided = cafe.shop.post(
        f"/v1/referrals/{second.shown_id}/approve", {"reason": "She lives alone now."}, key="d1"
    )
    assert (decided.status_code, decided.json()["state"]) == (200, "pending")
    cafe.goes("12-05 10:00")
    assert referral_of(cafe.program, "anne").state == "approved"


def test_a_lost_attribution_is_claimed_by_hand():
    """R-20, R-21: the friend joined without a trace, bought, and has the code; late for some, in time for others."""
    cafe = Cafe()
    cafe.goes("11-10 08:00")
    cafe.enrols("grace")
    cafe.goes("11-12 09:00")
    cafe.orders_for("grace", 4500)
    code = cafe.code()

    tried = cafe.shop.post(
        "/v1/referrals?dry_run=true", {"code": code.lower(), "friend": "ext:grace"}
    )
    assert (tried.status_code, tried.json()["simulated"]) == (200, True)
    claimed = cafe.brings(f" {code[:4]}-{code[4:]} ".lower(), "grace")

    assert claimed.status_code == 201, claimed.json()
    assert (claimed.json()["state"], claimed.json()["came_by"]) == ("pending", "claim")
    row = referral_of(cafe.program)
    assert row.joined_at == at("11-10 08:00")
    assert "late_claim" in set(row.checks.filter(result="flagged").values_list("signal", flat=True))

    cafe.goes("11-25 09:00")
    cafe.enrols("late")
    cafe.orders_for("late", 4500)
    cafe.goes("12-09 09:00")
    late = cafe.brings(code, "late")
    assert (late.status_code, late.json()["code"]) == (422, "referral_claim_too_late")
    attached = cafe.shop.post(
        "/v1/members/ext:late/referral/attach",
        {"code": code, "reason": "Came with Ada's card."},
        key="a1",
    )
    assert (attached.status_code, attached.json()["came_by"]) == (201, "staff")
    assert attached.json()["advocate_member"] == shown("mem", member_of(cafe.program, "ada").pk)


def test_a_board_rises_at_approval_and_falls_at_reversal():
    """R-53, acceptance 15: gamification's own board, which knows referrals by name and body alone.

    Two friends are approved in December; one of them returns the order, told twice.
    """
    cafe = Cafe(boards=[HOSTS])
    cafe.goes("11-10 08:00")
    for name in ("grace", "anne"):
        cafe.enrols(name, referral_code=cafe.code())
    cafe.goes("11-20 09:00")
    orders = {name: cafe.orders_for(name, 4500) for name in ("grace", "anne")}
    assert cafe.scored("2026-11") == 0  # waiting counts nothing

    cafe.goes("12-04 09:00")
    assert [cafe.scored(period) for period in ("2026-11", "2026-12", "ever")] == [0, 2, 2]

    cafe.goes("12-06 10:00")
    for _told_twice in range(2):
        cafe.tells("order.cancelled", "grace", order_id=orders["grace"])
    assert [cafe.scored(period) for period in ("2026-12", "ever")] == [1, 1]
    assert cafe.shop.get("/v1/members/ext:ada/referral").json()["counts"]["rewarded"] == 1
