"""Many rows are written in one statement, each with values of its own (R-57)."""

import pytest
from django.db import DataError

from loyalty.foundation.database.updating import update_rows
from loyalty.members.models import Member
from tests.world.members import some_members
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db


def kept(program):
    rows = Member.objects.filter(program=program).order_by("external_id")
    return list(rows.values_list("external_id", "locale", "epoch", "merged_into_id"))


def test_each_row_gets_its_own_values_by_one_statement(django_assert_num_queries):
    rows = some_members(a_program(), 3)
    for number, row in enumerate(rows):
        row.external_id = ['a, "b"', "{c}", None][number]
        row.locale, row.epoch = ("uk", "fa", "")[number], number

    with django_assert_num_queries(1):
        update_rows(rows, ["external_id", "locale", "epoch"])

    assert kept(rows[0].program) == [
        ('a, "b"', "uk", 0, None),
        ("{c}", "fa", 1, None),
        (None, "", 2, None),
    ]


def test_a_text_that_is_too_long_is_refused_and_not_cut():
    (row,) = some_members(a_program(), 1)
    row.locale = "x" * 500

    with pytest.raises(DataError):
        update_rows([row], ["locale"])


def test_nothing_is_asked_where_there_are_no_rows(django_assert_num_queries):
    with django_assert_num_queries(0):
        update_rows([], ["locale"])
