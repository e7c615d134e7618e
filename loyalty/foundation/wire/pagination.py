"""Pagination: pages by cursor, so that a list that grows meanwhile neither doubles nor drops a row."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Malformed, Problem

LIMIT_DEFAULT: Final = 50
LIMIT_MAX: Final = 200  # a page of explanations stays below 1 MB
CURSOR_LENGTH_MAX: Final = 500


def page_of(
    rows: QuerySet[Any],
    *,
    query: Mapping[str, str],
    answer: Callable[[Sequence[Any]], Sequence[Any]],
    order: Sequence[str] = ("-id",),
) -> dict[str, Any]:
    """`{"data": […], "next": "…" | null}`, with `total` on demand.

    `order` names fields that together are unique and never null; all run in one direction.
    """
    limit, with_total = limit_in(query), _with_total(query)
    wanted = rows.order_by(*order)
    after = query.get("cursor")
    if after is not None:
        wanted = wanted.filter(_beyond(_read_cursor(after, order=order, model=rows.model), order))
    found = list(wanted[: limit + 1])
    shown = found[:limit]
    page: dict[str, Any] = {
        "data": answer(shown),
        "next": _cursor_of(shown[-1], order=order) if len(found) > limit else None,
    }
    if with_total:
        page["total"] = rows.count()
    return page


def limit_in(query: Mapping[str, str]) -> int:
    """How many rows a page shall have."""
    told = query.get("limit", str(LIMIT_DEFAULT))
    if not (told.isascii() and told.isdigit() and len(told) < 10 and 1 <= int(told) <= LIMIT_MAX):
        message = _("A whole number from 1 to 200.")
        raise Malformed(problems=[Problem(pointer="?limit", code="limit_invalid", message=message)])
    return int(told)


def _with_total(query: Mapping[str, str]) -> bool:
    told = query.get("with_total", "false")
    if told not in {"true", "false"}:
        message = _("Either true or false.")
        problem = Problem(pointer="?with_total", code="not_a_choice", message=message)
        raise Malformed(problems=[problem])
    return told == "true"


def _cursor_of(row: Any, *, order: Sequence[str]) -> str:
    place = [_plain(_value_of(row, name.lstrip("-"))) for name in order]
    text = json.dumps(place, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _value_of(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _read_cursor(text: str, *, order: Sequence[str], model: type[Model]) -> list[Any]:
    """The place a cursor stands at; a cursor is only ever one of ours, so anything else is refused."""
    try:
        text = text[:CURSOR_LENGTH_MAX]
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        return [
            _field(model, name.lstrip("-")).to_python(_known(value))
            for name, value in zip(order, told, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        message = _("Take the cursor from the `next` of an earlier page.")
        problem = Problem(pointer="?cursor", code="cursor_invalid", message=message)
        raise Malformed(problems=[problem]) from error


def _known(value: Any) -> Any:
    """A place never holds null, and no text of ours holds NUL."""
    if value is None or (isinstance(value, str) and "\x00" in value):
        raise ValueError(value)
    return value


def _field(model: type[Model], name: str) -> Any:
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    return model._meta.get_field(last) if last != "pk" else model._meta.pk


def _beyond(place: Sequence[Any], order: Sequence[str]) -> Q:
    """Rows after this place: the first field beyond, or equal and the next beyond, and so on."""
    beyond, equal = Q(), Q()
    for name, value in zip(order, place, strict=True):
        field = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    return beyond
