"""The database that tests are given is PostgreSQL, empty before each test, and private to a worker."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection


@pytest.mark.django_db
def test_is_postgresql_at_least_16():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (version,) = cursor.fetchone()

    assert int(version) >= 160000


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", [1, 2])
def test_is_empty_again_after_a_test_that_commits(_time):
    assert Group.objects.count() == 0

    Group.objects.create(name="Baristas")
