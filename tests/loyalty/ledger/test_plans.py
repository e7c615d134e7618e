"""How the statements of posting are carried out: by index, in work that follows the number of movements (L-10)."""

import json
from contextlib import contextmanager

import pytest
from django.db import connection

from loyalty.ledger.reports.statements import cursor_after, statement
from tests.world.ledger import a_member, account_of, moving, posted, some_members
from tests.world.programs import a_program

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROWS_MAX = 25  # that one step of a plan may look at, for each movement


class TestPlans:
    @pytest.mark.parametrize("size", [1_000, 5_000])
    @pytest.mark.parametrize("points", [100, -30])
    def test_no_step_reads_a_table_for_each_movement(self, size, points):
        """L-10: the plans as they were run; a join planned for ten rows would be quadratic with a thousand."""
        cafe = a_program()
        members = some_members(cafe, size, points=500)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

        with plans() as told:
            posted(*[moving(points, of=each) for each in members])

        steps = [step for plan in told for step in steps_of(plan)]
        assert {"loyalty_entry", "loyalty_account", "loyalty_lot"} <= {
            step.get("Relation Name") for step in steps
        }
        for step in steps:
            assert rows_of(step) <= ROWS_MAX * size, step

    def test_a_page_far_down_reads_no_more_than_the_first(self):
        """L-60: page 1 and page 400 of a statement."""
        cafe = a_program()
        ada = a_member(cafe)
        posted(*[moving(1, of=ada) for _ in range(2_000)])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        account = account_of(ada)
        far_down = cursor_after({account.pk: 6})

        with plans() as of_first:
            first = statement(member=ada, limit=5)
        with plans() as of_last:
            last = statement(member=ada, limit=5, cursor=far_down)

        assert [line.number for line in first.entries] == [2000, 1999, 1998, 1997, 1996]
        assert [line.number for line in last.entries] == [5, 4, 3, 2, 1]
        assert last.cursor is None
        for plan in (*of_first, *of_last):
            assert all(rows_of(step) <= ROWS_MAX for step in steps_of(plan)), plan

    def test_sees_a_join_of_each_with_each(self):
        """Control: the measure is not blind."""
        with plans() as told, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM generate_series(1, 1000) a JOIN generate_series(1, 1000) b ON a <= b"
            )

        assert max(rows_of(step) for plan in told for step in steps_of(plan)) > ROWS_MAX * 1_000


@contextmanager
def plans():
    """The plans of all statements of this connection, with what each step did."""
    told = []
    with connection.cursor() as cursor:
        cursor.execute("LOAD 'auto_explain'")
        cursor.execute("SET auto_explain.log_min_duration = 0")
        cursor.execute("SET auto_explain.log_analyze = on")
        cursor.execute("SET auto_explain.log_timing = off")
        cursor.execute("SET auto_explain.log_format = 'json'")
        cursor.execute("SET client_min_messages = 'log'")

    def keep(notice):
        _, found, text = notice.message_primary.partition("plan:\n")
        if found:
            told.append(json.loads(text)["Plan"])

    raw = connection.connection
    raw.add_notice_handler(keep)
    try:
        yield told
    finally:
        raw.remove_notice_handler(keep)
        with connection.cursor() as cursor:
            cursor.execute("SET auto_explain.log_min_duration = -1")
            cursor.execute("RESET client_min_messages")


def steps_of(plan):
    """This step and all below it."""
    yield plan
    for each in plan.get("Plans", []):
        yield from steps_of(each)


def rows_of(step):
    """How many rows a step looked at, over all its loops: those it handed on, and those it threw away."""
    thrown = sum(value for name, value in step.items() if name.startswith("Rows Removed by"))
    return (step["Actual Rows"] + thrown) * step["Actual Loops"]
