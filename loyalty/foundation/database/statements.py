"""Statements: hot SQL of our own, prepared once per connection: planned each time, it would take three times as long.

Answers come in binary: as text, Django reads each instant in Python, and rows cost nine times as much.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

import psycopg
from django.db import connection
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.types.string import TextBinaryLoader

from loyalty.foundation.ids import Id

Values = tuple[Any, ...]


def run(sql: str, values: Sequence[Any]) -> list[Values]:
    """One statement of our own SQL, planned once per connection; its rows, if it answers with any.

    Lists travel as array literals: then a statement has the same parameter types whatever is in them, and needs no
    other plan. Django's own wrappers stay around it (deadlines, query counts, errors).
    """
    told = [array_literal(each) if isinstance(each, list) else each for each in values]
    with _cursor() as cursor:
        cursor.execute(sql, told)
        return cursor.fetchall() if cursor.description else []


def _cursor() -> Any:
    """A cursor that binds on the server, in Django's wrapper; Django's own where somebody looks at queries."""
    connection.ensure_connection()
    raw = connection.connection
    if connection.queries_logged:
        return connection.cursor()
    if raw.prepare_threshold != 0:  # of cursors that bind on the server; Django's own never prepare
        raw.prepare_threshold = 0
        raw.adapters.register_loader("json", TextBinaryLoader)
        raw.adapters.register_loader("jsonb", _JsonAsText)
    told: Any = psycopg.Cursor(raw)
    told.format = pq.Format.BINARY
    return connection.make_cursor(told)


class _JsonAsText(Loader):
    """JSON stays text, as on Django's cursors; in binary a byte that tells its version stands before it."""

    format = pq.Format.BINARY

    def load(self, data: Buffer) -> str:
        return bytes(data)[1:].decode()


def array_literal(values: list[Any]) -> str:
    """An array as PostgreSQL reads it: `{1,2,NULL}`; who binds arrays of arrays, each of its own length, writes the inner."""
    sample = next((each for each in values if each is not None), None)
    write = _WRITERS.get(type(sample), str)
    return "{" + ",".join("NULL" if each is None else write(each) for each in values) + "}"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: _quoted,
    bytes: lambda each: f'"\\\\x{each.hex()}"',
    Id: lambda each: str(each.hex),
    datetime: datetime.isoformat,
}
