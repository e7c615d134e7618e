"""A database for each worker, cloned from one that was migrated once; fast cleaning between tests."""

import os
from collections.abc import Iterator
from typing import Any
from unittest import mock

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

from tests.plugin_migrating import migrate_from_nothing

BUILDING = 4711  # advisory lock: one worker builds the template, the others wait

# Rows that migrations brought are put back; every other table is emptied. Triggers and foreign keys
# are off meanwhile: some tables refuse DELETE and TRUNCATE to everyone.
RESET = """
CREATE SCHEMA wafa_tests;
DO $$
DECLARE t regclass; filled boolean;
BEGIN
  FOR t IN SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', t) INTO filled;
    IF filled THEN
      EXECUTE format('CREATE TABLE wafa_tests.%s AS TABLE %s', t, t);
    END IF;
  END LOOP;
END $$;
CREATE FUNCTION wafa_tests.reset() RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record; filled boolean;
BEGIN
  PERFORM set_config('session_replication_role', 'replica', true);
  PERFORM set_config('lock_timeout', '10s', true);
  FOR t IN SELECT c.oid::regclass AS name, to_regclass('wafa_tests.' || quote_ident(c.relname)) AS seed
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', t.name) INTO filled;
    IF filled THEN
      EXECUTE format('DELETE FROM %s', t.name);
    END IF;
    IF t.seed IS NOT NULL THEN
      EXECUTE format('INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM %s', t.name, t.seed);
    END IF;
  END LOOP;
END $$;
"""


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Clone the migrated database for this worker."""
    run = os.environ["WAFA_TEST_RUN"]
    template = f"wafa_{run}_template"
    name = f"wafa_{run}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    settings = connection.settings_dict
    address = os.environ["DATABASE_URL"]
    with (
        django_db_blocker.unblock(),
        psycopg.connect(address, autocommit=True) as upkeep,
        mock.patch.object(TransactionTestCase, "_fixture_teardown", reset),
    ):
        upkeep.execute("SELECT pg_advisory_lock(%s)", [BUILDING])
        if not upkeep.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [template]
        ).fetchone():
            build(upkeep, template)
        clone(upkeep, template=template, name=name)
        upkeep.execute("SELECT pg_advisory_unlock(%s)", [BUILDING])
        settings["NAME"] = name
        django_db_blocker.restore()
        yield
        django_db_blocker.unblock()
        connection.close()
        upkeep.execute(drop(name))


def build(upkeep: "psycopg.Connection[Any]", template: str) -> None:
    """Migrate an empty database and teach it to reset itself."""
    draft = f"{template}_draft"
    upkeep.execute(drop(draft))
    upkeep.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    connection.close()
    connection.settings_dict["NAME"] = draft
    migrate_from_nothing()
    with connection.cursor() as cursor:
        cursor.execute(RESET)
    connection.close()
    upkeep.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(draft), sql.Identifier(template)
        )
    )


def clone(upkeep: "psycopg.Connection[Any]", *, template: str, name: str) -> None:
    """Copy the template, files and all."""
    upkeep.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def drop(name: str) -> sql.Composed:
    """The statement that removes a database with whoever is still connected."""
    return sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))


def reset(_case: TransactionTestCase) -> None:
    """Leave the database as it came from the template, in place of Django's TRUNCATE."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT wafa_tests.reset()")
