"""What posting asks of the database: as much for one movement as for a thousand (L-10)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loyalty.foundation.units import run
from loyalty.ledger.locks import lock_accounts
from loyalty.ledger.posting import post
from tests.world.ledger import (
    NOW,
    TILL,
    a_member,
    movements_of,
    moving,
    parts_of,
    posted,
    some_members,
)
from tests.world.programs import a_program, currency_of

pytestmark = pytest.mark.django_db


class TestCost:
    @pytest.mark.parametrize(("size", "each_of"), [(1, 1), (100, 100), (10_000, 500)])
    def test_is_the_same_number_of_statements_for_any_size(self, size, each_of):
        """L-10: at most 9, accounts opened on the way."""
        cafe = a_program()
        members = some_members(cafe, each_of) * (size // each_of)
        movements = [moving(100, of=each) for each in members]

        with CaptureQueriesContext(connection) as first:
            posted(*movements)
        assert len(_own(first)) == 6

        movements = [moving(-30, of=each) for each in members]
        with CaptureQueriesContext(connection) as second:
            posted(*movements)
        assert len(_own(second)) == 5
        assert sum(parts_of(members[0])) == 70 * size // each_of

    def test_locks_once_when_the_caller_has_locked(self):
        """L-10: the book is moved along, so a second post sees the first."""
        cafe = a_program()
        ada = a_member(cafe)
        stars = currency_of(cafe)

        def work():
            book = lock_accounts(program=cafe, member_ids={ada.pk}, currency_ids={stars.pk}, at=NOW)
            for points in (50, -20, -30):
                post(
                    program=cafe,
                    movements=[moving(points, of=ada)],
                    actor=TILL,
                    at=NOW,
                    accounts=book,
                )

        with CaptureQueriesContext(connection) as queries:
            run(work)

        assert sum("FOR NO KEY UPDATE" in query["sql"] for query in queries) == 2
        assert movements_of(ada) == [50, -20, -30]


def _own(queries):
    return [
        q["sql"]
        for q in queries
        if "SAVEPOINT" not in q["sql"]
        and "loyalty_member" not in q["sql"]
        and 'loyalty_pointcurrency"."id"' not in q["sql"]
    ]
