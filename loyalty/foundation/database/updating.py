"""Updating: many rows, each to values of its own, in one statement. Django's way costs some milliseconds a row."""

# ruff: noqa: S608 (put together from the names of models; values travel as parameters)

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection, models

from loyalty.foundation.database.statements import run
from loyalty.foundation.ids import Id

_PLAIN: Final = (int, float, bool, Id, datetime)


def update_rows(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of these rows, which are of one table; nothing where there are none.

    One statement for any number. A row stands in the list once; texts, numbers, instants, ids and bytes, no JSON.
    """
    if not rows:
        return
    statement, names = _statement(type(rows[0]), tuple(fields))
    run(statement, [[_told(getattr(row, name)) for row in rows] for name in names])


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], fields: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    meta = model._meta
    key = meta.pk
    known = {each.attname: each for each in meta.concrete_fields}
    known |= {each.name: each for each in meta.concrete_fields}
    columns = [key, *(known[name] for name in fields)]
    names = [each.column for each in columns]
    arrays = ", ".join(f"%s::{_type_of(each)}[]" for each in columns)
    moved = ", ".join(f'"{name}" = fresh."{name}"' for name in names[1:])
    told = ", ".join(f'"{name}"' for name in names)
    statement = (
        f'UPDATE "{meta.db_table}" t SET {moved} FROM unnest({arrays}) AS fresh ({told})'
        f' WHERE t."{key.column}" = fresh."{key.column}"'
    )
    return statement, tuple(each.attname for each in columns)


def _type_of(field: Any) -> str:
    """What the database calls it, without a length: a cast would cut what is too long, a column refuses it."""
    return str(field.db_type(connection)).split("(")[0]


def _told(value: Any) -> Any:
    """Words of closed lists are texts, and bytes come from the database as views."""
    if value is None or type(value) in _PLAIN:
        return value
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value)
