"""The audit log: one row for each deed, none for anything else."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from loyalty.access import auditing
from loyalty.access.models import ApiKey, AuditRow
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import rehearse, unit_of_work
from tests.world.access import PASSWORD, a_page, a_shop, a_staff
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def a_deed(action="tests.deed"):
    return auditing.Deed(program_id=None, actor=job("tests"), action=action, at=NOON)


def told():
    return list(AuditRow.objects.order_by("id").values_list("action", flat=True))


@unit_of_work
def work(*, refused=False):
    """A rule that does nothing, or says no."""
    if refused:
        raise NotFound


class TestAnExpectedDeed:
    def test_is_told_by_the_first_unit_that_commits(self):
        """S-62: exactly one row, however many units a page needs."""
        with auditing.expecting(a_deed()):
            assert told() == []
            work()
            work()

        assert told() == ["tests.deed"]

    def test_is_not_told_when_no_unit_commits(self):
        """S-62: a refused form and a question in between leave nothing."""
        with auditing.expecting(a_deed()), pytest.raises(NotFound):
            work(refused=True)

        assert told() == []

    def test_is_not_told_by_a_rehearsal(self):
        with auditing.expecting(a_deed()):
            rehearse(work, answer=lambda _nothing: None)()

        assert told() == []

    def test_is_told_in_the_words_of_the_rule_that_knows_more(self):
        @unit_of_work
        def knowing():
            auditing.record(a_deed("keys.create"))

        with auditing.expecting(a_deed()):
            knowing()
            work()

        assert told() == ["keys.create"]

    def test_is_settled_by_forms_that_save_without_a_rule(self):
        with auditing.expecting(a_deed()):
            auditing.tell(object_id="key_1", changes={"fields": ["name"]})
            auditing.settle()

        row = AuditRow.objects.get()
        assert (row.object_id, row.changes) == ("key_1", {"fields": ["name"]})

    def test_ends_with_its_page(self):
        with auditing.expecting(a_deed()):
            pass
        work()

        assert told() == []


class TestARow:
    @pytest.mark.parametrize(
        "change",
        [
            lambda: AuditRow.objects.update(reason="another"),
            lambda: AuditRow.objects.all().delete(),
        ],
        ids=["changed", "deleted"],
    )
    def test_can_be_neither_changed_nor_deleted(self, change):
        """S-62: the database refuses, by the trigger audit_rows_are_only_added."""
        auditing.record(a_deed())

        with (
            pytest.raises(ProgrammingError, match="audit_rows_are_only_added"),
            transaction.atomic(),
        ):
            change()

        assert told() == ["tests.deed"]

    def test_says_who_from_where_and_under_which_request(self):
        """S-62."""
        browser = a_staff(a_program(), "owner", username="olena")

        browser.post(
            "/admin/loyalty/apikey/make/",
            {"name": "till", "kind": "secret", "scopes": "events:write"},
            headers={"X-Request-Id": "try-12345"},
            REMOTE_ADDR="192.0.2.7",
        )

        row = AuditRow.objects.get(action="keys.create")
        key = ApiKey.objects.get()
        assert (row.actor_name, row.address, row.request_id) == ("olena", "192.0.2.7", "try-12345")
        assert (row.object_kind, row.object_id) == ("key", key.shown_id)
        assert row.changes == {"name": "till", "kind": "secret", "scopes": ["events:write"]}


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
