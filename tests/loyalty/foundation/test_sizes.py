"""The planner counts what has grown (E-86: a first file comes in at once, not a minute later)."""

import pytest
from django.db import connection

from loyalty.foundation.database.sizes import count_anew

pytestmark = pytest.mark.django_db(transaction=True)


def asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall() if cursor.description else None


@pytest.fixture
def cups():
    asked("CREATE TABLE cup (number integer)")
    yield
    asked("DROP TABLE cup")


def counted():
    return asked("SELECT reltuples FROM pg_class WHERE relname = 'cup'")[0][0]


def filled(cups):
    asked(f"INSERT INTO cup SELECT generate_series(1, {cups})")


def test_counts_a_table_of_which_most_is_new(cups):
    """E-86."""
    filled(200)

    assert "cup" in count_anew()
    assert counted() == 200

    filled(100)  # a third of it: the plans still fit
    assert "cup" not in count_anew()

    filled(300)
    assert "cup" in count_anew()
    assert counted() == 600
