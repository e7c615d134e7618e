"""The audit log: one row for each deed, none for anything else."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.utils import ProgrammingError

from loyalty.access import auditing
from loyalty.access.models import ApiKey, AuditRow
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import rehearse, unit_of_work
from tests.world.access import a_staff
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
