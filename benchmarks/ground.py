"""The ground: a database of its own, a programme, members by the hundred thousand; gone when the run ends."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from loyalty.foundation.actors import job
from loyalty.foundation.ids import Id, new_id
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.opening import Opening, open_program

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BENCH = job("bench")


@contextmanager
def own_database() -> Iterator[None]:
    """Everything below happens in a fresh database, which is dropped at the end."""
    name = f"wafa_bench_{secrets.token_hex(4)}"
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as upkeep:
        upkeep.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        connection.close()
        connection.settings_dict["NAME"] = name
        try:
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            connection.close()
            if hasattr(connection, "close_pool"):
                connection.close_pool()
            upkeep.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def a_program(slug: str = "bench") -> tuple[Program, PointCurrency]:
    """A café programme and its stars."""
    opening = Opening(slug=slug, name="Bench", zone="Europe/Kyiv", currency="EUR", preset="cafe")
    program, _created = open_program(opening=opening, actor=BENCH, at=NOW)
    return program, PointCurrency.objects.filter(program=program).order_by("position").first()  # type: ignore[return-value]


def some_members(program: Program, count: int, *, prefix: str = "m") -> list[Id]:
    """So many members by one statement: enrolling them is not what is measured."""
    ids = [new_id() for _ in range(count)]
    run(
        """
        INSERT INTO loyalty_member (id, program_id, external_id, status, joined_at, locale, time_zone, epoch,
                                    enrolled_at)
        SELECT id, %s, %s || place, 'active', %s, '', '', 0, %s
        FROM unnest(%s::uuid[]) WITH ORDINALITY AS m (id, place)
        """,
        [program.pk, prefix, NOW, NOW, ids],
    )
    return ids


def some_accounts(program: Program, currency: PointCurrency, members: list[Id]) -> list[Id]:
    """Their accounts, empty."""
    ids = [new_id() for _ in members]
    run(
        """
        INSERT INTO loyalty_account (id, program_id, member_id, currency_id, money, available, pending, held, negative,
                                     last_number, opened_at)
        SELECT id, %s, member_id, %s, '', 0, 0, 0, 0, 0, %s
        FROM unnest(%s::uuid[], %s::uuid[]) AS a (id, member_id)
        """,
        [program.pk, currency.pk, NOW, ids, members],
    )
    return ids


def run(statement: str, values: Any = None) -> list[Any]:
    """One statement; its rows, if any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def vacuum(*tables: str) -> None:
    """Leave the tables as a quiet hour would."""
    for table in tables:
        run(f"VACUUM ANALYZE {table}")


def settle_down() -> None:
    """Leave every table of ours as a quiet hour would. Prepared statements were planned while tables were empty; what
    autovacuum does within a minute of a fresh installation happens here."""
    named = run("SELECT relname FROM pg_stat_user_tables WHERE n_mod_since_analyze > 0")
    vacuum(*[name for (name,) in named])


def server_version() -> str:
    """The server that everything was measured on."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as asking:
        return str(asking.execute("SHOW server_version").fetchone()[0]).split()[0]  # type: ignore[index]
