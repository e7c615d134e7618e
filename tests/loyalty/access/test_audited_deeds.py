"""What people and keys do, and the row that each deed leaves."""

import pytest
from django.utils import timezone

from loyalty.access.models import ApiKey, AuditRow
from tests.world.access import PASSWORD, a_page, a_shop, a_staff
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


class TestAPage:
    def rows_after(self, browser, path, data):
        before = AuditRow.objects.count()
        browser.post(path, data)
        return list(AuditRow.objects.order_by("id").values_list("action", flat=True))[before:]

    def test_that_makes_a_key_leaves_one_row(self):
        """S-62."""
        browser = a_staff(a_program())
        form = {"name": "till", "kind": "secret", "scopes": "*"}

        assert self.rows_after(browser, "/admin/loyalty/apikey/make/", form) == ["keys.create"]

    def test_that_refuses_its_form_leaves_none(self):
        """S-62."""
        browser = a_staff(a_program())
        form = {"name": "till", "kind": "secret", "scopes": "nonsense"}

        assert self.rows_after(browser, "/admin/loyalty/apikey/make/", form) == []
        assert not ApiKey.objects.exists()

    @pytest.mark.parametrize(
        ("action", "told"), [("rotate", "keys.rotate"), ("revoke", "keys.revoke")]
    )
    def test_that_acts_on_a_key_leaves_one_row(self, action, told):
        """S-62."""
        cafe = a_program()
        key = a_shop(cafe).key
        browser = a_staff(cafe)

        rows = self.rows_after(
            browser,
            "/admin/loyalty/apikey/",
            {"action": action, "_selected_action": [str(key.pk)]},
        )

        assert rows == [told]

    def test_that_gives_and_takes_a_role_leaves_one_row_each(self):
        """S-62."""
        browser = a_staff(a_program())
        form = {"username": "grace", "role": "till", "password": "an-orange-tram-at-noon"}
        given = self.rows_after(browser, "/admin/loyalty/membership/name/", form)
        membership = browser.user.memberships.model.objects.get(user__username="grace")

        taken = self.rows_after(
            browser,
            "/admin/loyalty/membership/",
            {"action": "take_back", "_selected_action": [str(membership.pk)]},
        )

        assert (given, taken) == (["staff.give_role"], ["staff.take_role"])

    def test_that_only_looks_leaves_none(self):
        cafe = a_program()
        a_page(cafe)
        browser = a_staff(cafe)
        before = AuditRow.objects.count()

        for path in ("/admin/", "/admin/loyalty/apikey/", "/admin/search/?q=ada"):
            browser.get(path)

        assert AuditRow.objects.count() == before


def test_rows_carry_no_key():
    """S-61: what is shown once is not told to the log either."""
    shop = a_shop(a_program())

    assert shop.credential not in str(list(AuditRow.objects.values()))
    assert AuditRow.objects.filter(at__lte=timezone.now()).exists()


class TestAKey:
    """What a key does to the programme itself counts as its owner's hand."""

    def rows(self):
        return list(
            AuditRow.objects.exclude(action__startswith="keys.")
            .order_by("id")
            .values_list("action", "actor_kind", "object_kind", "object_id")
        )

    def test_that_changes_the_programme_leaves_one_row(self):
        """S-62."""
        cafe = a_program()
        document = {"format": "wafa.program/1", "program": {"slug": cafe.slug, "late_limit": "P7D"}}

        a_shop(cafe).put("/v1/program", document)

        assert self.rows() == [("program.write", "key", "program", "")]

    def test_that_tries_or_is_refused_leaves_none(self):
        cafe = a_program()
        shop = a_shop(cafe)
        document = {"format": "wafa.program/1", "program": {"slug": cafe.slug, "late_limit": "P7D"}}

        shop.put("/v1/program?dry_run=true", document)
        shop.put("/v1/program", document | {"nonsense": 1})

        assert self.rows() == []

    def test_that_erases_somebody_leaves_one_row_without_the_shops_id(self):
        """S-56, S-62."""
        cafe = a_program()
        shop = a_shop(cafe)
        for name in ("ada", "grace"):
            shop.post("/v1/members", {"external_id": name})
        ada = shop.get("/v1/members/ext:ada").json()["id"]

        shop.post(f"/v1/members/{ada}/erase", key="erase-1")
        shop.post("/v1/members/ext:grace/erase", key="erase-2")

        assert self.rows() == [
            ("members.erase", "key", "members", ada),
            ("members.erase", "key", "members", ""),
        ]

    def test_that_works_leaves_no_row(self):
        shop = a_shop(a_program())

        shop.post("/v1/members", {"external_id": "ada"})

        assert self.rows() == []


def test_a_changed_password_leaves_one_row():
    """S-62."""
    browser = a_staff(a_program())

    browser.post(
        "/admin/password_change/",
        {
            "old_password": PASSWORD,
            "new_password1": "a-green-boat-at-dawn",
            "new_password2": "a-green-boat-at-dawn",
        },
    )

    browser.user.refresh_from_db()
    assert browser.user.check_password("a-green-boat-at-dawn")
    assert list(AuditRow.objects.values_list("action", flat=True)) == ["password_change"]
