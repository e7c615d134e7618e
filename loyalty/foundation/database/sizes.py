"""Sizes: the planner counts the rows anew where many have come, instead of a minute later.

What was planned for empty tables compares each row with each: while a first file comes in, that grows with the square
of what has come. PostgreSQL counts by itself (autovacuum), but looks only once a minute.
"""

from typing import Final

from django.db import connection
from psycopg import sql

# As autovacuum judges, but later: tables of which most is new.
_GROWN: Final = """
    SELECT relname FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND n_mod_since_analyze > 50 + n_live_tup / 2
    ORDER BY relname
"""


def count_anew() -> list[str]:
    """Let the planner count tables that have grown much since it last did; answers which.

    What is not committed yet does not count; a table that somebody else counts, or that belongs to another role, is
    passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # else up to a second passes
        cursor.execute(_GROWN)
        grown = [name for (name,) in cursor.fetchall()]
        if grown:
            names = sql.SQL(", ").join(map(sql.Identifier, grown))
            cursor.execute(sql.SQL("ANALYZE (SKIP_LOCKED) {}").format(names))
    return grown
