"""Reading: what somebody sent becomes a told event, or a refusal that says what is wrong and where."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from loyalty.events.kinds import CUSTOM, IMPORTED, OURS, ToldEvent
from loyalty.events.shapes import (
    DATA_SHAPES,
    ENVELOPE_SHAPE,
    EVERYWHERE,
    OURS_ALONE,
    custom_shape,
)
from loyalty.foundation.refusals import DomainError, Kind, Malformed, Problem
from loyalty.foundation.serializers import FIRST_INSTANT, LAST_INSTANT
from loyalty.foundation.shapes import Shape, composed, composed_in, whole_numbers_in
from loyalty.programs.models import Program

DATA_BYTES_MAX: Final = 64 * 1024
DATA_DEPTH_MAX: Final = 6


class EventTypeUnknown(DomainError):
    """Neither one of ours nor a custom type of this programme."""

    code = "event_type_unknown"
    kind = Kind.REFUSED
    title = _("Event type unknown")
    detail = _("This programme has no event type {type}.")


class SourceReserved(DomainError):
    """`wafa` and `import:…` are how we sign our own events."""

    code = "source_reserved"
    kind = Kind.MALFORMED
    title = _("Source reserved")
    detail = _("The source {source} is ours; choose another name for your system.")


def read_event(*, program: Program, told: object, is_ours: bool = False) -> ToldEvent:
    """The event in this JSON value.

    Raises Malformed with a pointer per problem, EventTypeUnknown or SourceReserved.
    """
    ENVELOPE_SHAPE.demand(told)
    assert isinstance(told, dict)
    if not is_ours:
        _refuse_reserved(told)
    data = told.get("data", {})
    shape = _shape_of(told["type"], program=program)
    problems = [
        *_limits_of(data),
        *(() if told["type"].startswith(CUSTOM) else whole_numbers_in(data, pointer="/data")),
        *shape.problems_with(data, pointer="/data"),
        *_told_twice(told, data),
    ]
    if problems:
        raise Malformed(problems=problems)
    return ToldEvent(
        type=told["type"],
        member=composed(told["member"]),
        source=composed(told["source"]),
        source_id=composed(told["source_id"]),
        occurred_at=_instant(told["occurred_at"]) if "occurred_at" in told else None,
        data=composed_in(data),
        channel=told.get("channel") or data.get("channel", ""),
        store=composed(told.get("store") or data.get("store", "")),
    )


def _refuse_reserved(told: Mapping[str, Any]) -> None:
    source = told["source"]
    if source == OURS or source.startswith(IMPORTED):
        raise SourceReserved(pointer="/source", source=source)
    if told["type"] in OURS_ALONE:
        raise EventTypeUnknown(pointer="/type", type=told["type"])


def _shape_of(name: str, *, program: Program) -> Shape:
    known = DATA_SHAPES.get(name)
    if known is not None:
        return known
    schema = program.event_types.get(name) if name.startswith(CUSTOM) else None
    if schema is None:
        raise EventTypeUnknown(pointer="/type", type=name)
    return custom_shape(schema)


def _limits_of(data: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if _depth_of(data) > DATA_DEPTH_MAX:
        message = _("Nested at most six levels deep.")
        problems.append(Problem(pointer="/data", code="too_deep", message=message))
    if len(json.dumps(data, ensure_ascii=False).encode()) > DATA_BYTES_MAX:
        message = _("At most 64 KiB.")
        problems.append(Problem(pointer="/data", code="too_large", message=message))
    return problems


def _depth_of(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth_of(inner) for inner in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((_depth_of(inner) for inner in value), default=0)
    return 0


def _told_twice(told: Mapping[str, Any], data: Mapping[str, Any]) -> list[Problem]:
    message = _("Say this beside the data or in it, not both.")
    return [
        Problem(pointer=f"/data/{name}", code="told_twice", message=message)
        for name in EVERYWHERE
        if name in told and name in data
    ]


def _instant(text: str) -> datetime:
    """RFC 3339 with its offset. Times that no calendar of ours can move are refused like misspelled ones."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad_time("time_invalid", _("A time is written as in RFC 3339.")) from error
    if at.tzinfo is None or "T" not in text.upper():
        raise _bad_time("offset_missing", _("Say date, time and offset, as in RFC 3339."))
    if abs(at.utcoffset() or timedelta()) >= timedelta(hours=24):
        raise _bad_time("time_invalid", _("A time is written as in RFC 3339."))
    naive = at.replace(tzinfo=UTC)
    if not FIRST_INSTANT <= naive < LAST_INSTANT:
        raise _bad_time("time_out_of_range", _("This time cannot be kept."))
    return at.astimezone(UTC)


def _bad_time(code: str, message: Any) -> Malformed:
    return Malformed(problems=[Problem(pointer="/occurred_at", code=code, message=message)])
