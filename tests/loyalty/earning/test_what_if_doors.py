"""The doors of what-ifs: asked for by key, watched, stopped, resumed; and their pages in the admin (E-80, U-32)."""

import pytest

from loyalty.earning.models import EarningRule
from loyalty.earning.replaying import running
from loyalty.earning.replaying.models import WhatIf
from tests.world.access import a_shop, a_staff
from tests.world.replaying import DOUBLE, a_draft, a_past, the_rule, worked_on

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/loyalty/earningrule/"


def the_what_if():
    return WhatIf.objects.select_related("program").get()


class TestTheDoors:
    def test_ask_watch_and_read(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        shop = a_shop(cafe, "rules:read", "rules:write")

        asked = shop.post(f"/v1/rules/{rule.shown_id}/what-if", {"days": 60}, key="try-1")
        again = shop.post(f"/v1/rules/{rule.shown_id}/what-if", {"days": 60}, key="try-1")
        worked_on(the_what_if(), at=the_what_if().until)
        read = shop.get(f"/v1/what-ifs/{asked.json()['id']}").json()
        listed = shop.get(f"/v1/rules/{rule.shown_id}/what-if").json()["data"]

        assert (asked.status_code, asked.json()["state"], asked.json()["report"]) == (
            201,
            "running",
            None,
        )
        assert again.json() == asked.json()
        assert (read["state"], read["progress"]["percent"]) == ("done", 100)
        assert read["report"]["members"] == {"up": 2, "down": 0, "same": 0}
        assert [each["id"] for each in listed] == [read["id"]]

    def test_a_rehearsal_keeps_nothing(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        shop = a_shop(cafe, "rules:write")

        told = shop.post(f"/v1/rules/{rule.shown_id}/what-if?dry_run=true", {"change": "end"})

        assert (told.status_code, told.json()["simulated"]) == (200, True)
        assert WhatIf.objects.count() == 0

    def test_stop_and_resume(self, monkeypatch):
        monkeypatch.setattr(running, "MEMBERS_AT_ONCE", 1)
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        shop = a_shop(cafe, "rules:read", "rules:write")
        path = shop.post(f"/v1/rules/{rule.shown_id}/what-if", {}, key="try-1").json()["id"]

        stopped = shop.post(f"/v1/what-ifs/{path}/stop", key="stop-1")
        refused = shop.post(f"/v1/what-ifs/{path}/stop", key="stop-2")
        resumed = shop.post(f"/v1/what-ifs/{path}/resume", key="go-1")

        assert (stopped.json()["state"], resumed.json()["state"]) == ("stopped", "running")
        assert (refused.status_code, refused.json()["code"]) == (409, "what_if_over")

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [({}, 409, "rule_not_draft"), ({"days": 732}, 400, "malformed"), ({"days": 0}, 400, "malformed")],
        ids=["no draft", "too long", "no day"],
    )  # fmt: skip
    def test_refuse(self, change, status, code):
        cafe = a_past()
        shop = a_shop(cafe, "rules:write")

        told = shop.post(f"/v1/rules/{the_rule().shown_id}/what-if", change, key="try-1")

        assert (told.status_code, told.json()["code"]) == (status, code)
        assert WhatIf.objects.count() == 0


class TestThePages:
    def test_ask_show_the_bar_then_the_report_and_the_way_to_publishing(self):
        """U-32: members, points, worth, winners, both explanations; the approver reads the same page."""
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        browser = a_staff(cafe, "manager")

        waiting = browser.post(
            f"{LIST}{rule.pk}/what-if/", {"change": "draft", "days": "90"}, follow=True
        )
        worked_on(the_what_if(), at=the_what_if().until)
        page = browser.get(f"{LIST}what-ifs/{the_what_if().pk}/").content.decode()
        launch = browser.get(f"{LIST}{rule.pk}/launch/").content.decode()

        assert "<progress" in waiting.content.decode()
        assert waiting.headers["Refresh"] == "3"
        assert "0.60 EUR" in page
        assert "2 points for each 1.00 EUR of 30.00 EUR: 60." in page
        assert f"{LIST}{rule.pk}/launch/" in page
        assert "This gives more than 10 % more points" in launch

    def test_stop_from_the_page(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        browser = a_staff(cafe, "manager")
        browser.post(f"{LIST}{rule.pk}/what-if/", {"change": "draft", "days": "90"})

        browser.post(f"{LIST}what-ifs/{the_what_if().pk}/", {"stop": "1"})

        assert the_what_if().state == "stopped"

    @pytest.mark.parametrize(("role", "status"), [("support", 403), ("analyst", 200)])
    def test_whoever_reads_rules_reads_and_only_writers_ask(self, role, status):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        browser = a_staff(cafe, role)

        assert browser.get(f"{LIST}{rule.pk}/what-if/").status_code == status
        asked = browser.post(f"{LIST}{rule.pk}/what-if/", {"change": "draft", "days": "90"})
        assert asked.status_code == 403
        assert browser.post(f"{LIST}{rule.pk}/launch/", {"due_at": ""}).status_code == 403
        assert (WhatIf.objects.count(), EarningRule.objects.get().state) == (0, "live")

    def test_compare_and_go_back(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        first = rule.revisions.get(number=1)
        browser = a_staff(cafe, "manager")

        page = browser.get(f"{LIST}{rule.pk}/compare/?from=1&to=2").content.decode()
        browser.post(f"{LIST}{rule.pk}/again/{first.pk}/")

        assert "/effect/points" in page
        assert rule.revisions.order_by("-number")[0].definition == first.definition
