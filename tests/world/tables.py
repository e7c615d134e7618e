"""Rows written past every rule, to see the database refuse by itself."""

from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model


def refused(by: str) -> AbstractContextManager[Any]:
    """The statement inside fails, and this constraint or trigger is why."""
    return pytest.raises(IntegrityError, match=by)


def changed(row: Model, **fields: Any) -> None:
    """The row with these columns, past every rule."""
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**fields)


def copied(row: Model, **fields: Any) -> Model:
    """A second row like this one, under an id of its own."""
    values = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
    del values["id"]
    with transaction.atomic():
        return type(row)._default_manager.create(**values | fields)


def emptied(model: type[Model]) -> None:
    """Every row of this table, past every rule and Django's own care."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
