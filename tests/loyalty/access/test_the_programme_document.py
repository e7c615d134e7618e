"""The programme document, by key and by staff."""

import pytest
from django.urls import reverse

from loyalty.access.kinds import Role
from loyalty.programs.models import Program
from tests.world.access import a_shop, a_staff
from tests.world.earning import a_rule
from tests.world.programs import a_program
from tests.world.rewards import a_reward

pytestmark = pytest.mark.django_db


class TestByKey:
    def test_what_is_read_can_be_applied_again_and_changes_nothing(self):
        cafe = a_program()
        shop = a_shop(cafe)

        read = shop.get("/v1/program")
        applied = shop.put("/v1/program", read.json(), headers={"If-Match": read["ETag"]})

        assert read.json()["program"]["slug"] == "corner-cafe"
        assert (applied.status_code, applied.json()["differences"]) == (200, [])
        assert applied.json()["version"] == 1

    def test_many_parts_change_at_once(self):
        """Many at once is the normal case: two rules, two rewards, none asked for one by one."""
        shop = a_shop(a_program())
        document = {
            "format": "wafa.program/1",
            "rules": [a_rule("one"), a_rule("two"), a_rule("three")],
            "rewards": [a_reward("coffee"), a_reward("cake"), a_reward("tea")],
        }
        shop.put("/v1/program", document)
        for part in ("rules", "rewards"):
            for each in document[part]:
                each["name"] = {"en": f"Another {each['slug']}"}

        answer = shop.put("/v1/program", document)

        assert answer.status_code == 200
        told = shop.get("/v1/program").json()
        assert {each["name"]["en"] for part in ("rules", "rewards") for each in told[part]} == {
            f"Another {slug}" for slug in ("one", "two", "three", "coffee", "cake", "tea")
        }

    def test_a_dry_run_tells_the_difference_and_keeps_nothing(self):
        cafe = a_program()
        changed = {"format": "wafa.program/1", "program": {"slug": cafe.slug, "late_limit": "P7D"}}

        told = a_shop(cafe).put("/v1/program?dry_run=true", changed)

        assert told.json()["simulated"] is True
        assert told.json()["differences"] == [
            {"pointer": "/program/late_limit", "before": "P90D", "after": "P7D"}
        ]
        assert Program.objects.get().late_limit == "P90D"

    @pytest.mark.parametrize(
        ("document", "status", "code"),
        [
            ({}, 400, "malformed"),
            ([], 400, "malformed"),
            ({"format": "wafa.program/2"}, 400, "malformed"),
            ({"format": "wafa.program/1", "program": {"slug": "bakery"}}, 422, "program_differs"),
            ({"format": "wafa.program/1", "campaigns": []}, 422, "part_not_supported"),
            (
                {"format": "wafa.program/1", "program": {"slug": "corner-cafe", "currency": "UAH"}},
                422,
                "program_fixed",
            ),
        ],
    )
    def test_a_refused_document_changes_nothing(self, document, status, code):
        cafe, shop_around_the_corner = a_program(), a_program("bakery")

        answer = a_shop(cafe).put("/v1/program", document)

        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert {p.version for p in Program.objects.all()} == {1}
        assert Program.objects.get(pk=shop_around_the_corner.pk).currency == "EUR"

    def test_a_stale_version_is_refused(self):
        """U-15."""
        cafe = a_program()
        shop = a_shop(cafe)
        changed = {"format": "wafa.program/1", "program": {"slug": cafe.slug, "late_limit": "P7D"}}
        shop.put("/v1/program", changed)

        answer = shop.put(
            "/v1/program",
            {"format": "wafa.program/1", "program": {"slug": cafe.slug, "late_limit": "P9D"}},
            headers={"If-Match": '"1"'},
        )

        assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
        assert Program.objects.get().late_limit == "P7D"


class TestByStaff:
    def written(self, browser, text, deed):
        return browser.post(
            reverse("admin:loyalty_program_document"), {"document": text, "version": 1, deed: "1"}
        )

    def test_a_manager_compares_and_then_applies(self):
        cafe = a_program()
        browser = a_staff(cafe, Role.MANAGER)
        text = (
            '{"format": "wafa.program/1", "program": {"slug": "corner-cafe", "late_limit": "P7D"}}'
        )

        compared = self.written(browser, text, "compare")
        between = Program.objects.get().late_limit
        applied = self.written(browser, text, "apply")

        assert "/program/late_limit" in compared.content.decode()
        assert between == "P90D"
        assert applied.status_code == 302
        assert Program.objects.get().late_limit == "P7D"

    @pytest.mark.parametrize("text", ["{", "[]", '{"format": "wafa.program/1", "colour": 1}'])
    def test_what_cannot_be_read_is_shown_back(self, text):
        cafe = a_program()

        answer = self.written(a_staff(cafe, Role.MANAGER), text, "apply")

        assert answer.status_code == 200
        assert Program.objects.get().version == 1

    def test_an_auditor_reads_and_may_not_write(self):
        cafe = a_program()
        browser = a_staff(cafe, Role.AUDITOR)

        assert browser.get(reverse("admin:loyalty_program_document")).status_code == 200
        assert self.written(browser, '{"format": "wafa.program/1"}', "apply").status_code == 403
        assert Program.objects.get().version == 1

    def test_a_till_does_not_see_it(self):
        browser = a_staff(a_program(), Role.TILL)

        assert browser.get(reverse("admin:loyalty_program_document")).status_code == 403
