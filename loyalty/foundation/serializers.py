"""Serializers: shapes of what comes in and what goes out, kept apart (S-4)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

OFFSET_FORM: Final = re.compile(r"(Z|z|[+-][0-9]{2}:[0-9]{2})$")
# Room for the widest zone and the longest period on either side of what a timestamp can hold.
FIRST_INSTANT: Final = datetime(1900, 1, 1, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9000, 1, 1, tzinfo=UTC)

_JSON_TYPES: Final[
    tuple[tuple[type[serializers.Field[Any, Any, Any, Any]], type | tuple[type, ...]], ...]
] = (
    (serializers.BooleanField, bool),
    (serializers.IntegerField, int),
    (serializers.CharField, str),
    (serializers.ChoiceField, str),
    (serializers.DateTimeField, str),
    (serializers.DateField, str),
)


class In(serializers.Serializer[Any]):
    """What a caller sends. Fields it does not know and values of another JSON type are refused, never bent."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refused = self._unknown_in(data) | self._mistyped_in(data)
            if refused:
                raise ValidationError(refused)
        return super().to_internal_value(data)

    def _unknown_in(self, data: Mapping[str, Any]) -> dict[str, ErrorDetail]:
        known = {name for name, field in self.fields.items() if not field.read_only}
        return {
            name: ErrorDetail(str(_("This field is not known here.")), code="unknown_field")
            for name in data
            if name not in known
        }

    def _mistyped_in(self, data: Mapping[str, Any]) -> dict[str, ErrorDetail]:
        return {
            name: ErrorDetail(str(_("This value has another JSON type.")), code="wrong_type")
            for name, field in self.fields.items()
            if name in data and _is_mistyped(field, data[name])
        }


class Out(serializers.Serializer[Any]):
    """What a caller is told.

    Each process makes every shape once: building its fields anew for each answer costs more than a statement.
    """

    @classmethod
    def alone(cls, told: Any) -> Any:
        """The JSON of one row, or of the only row of a list: one is a list of one."""
        if isinstance(told, list | tuple):
            (told,) = told
        return _made(cls).to_representation(told)

    @classmethod
    def many(cls, told: Iterable[Any]) -> Sequence[Any]:  # type: ignore[override]
        """The JSON of these rows, in their order."""
        shape = _made(cls)
        return [shape.to_representation(row) for row in told]


@cache
def _made(shape: type[Out]) -> Out:
    return shape()


class Instant(serializers.DateTimeField):
    """RFC 3339 with its offset: a time without one is refused, not guessed."""

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and not OFFSET_FORM.search(value):
            raise ValidationError(
                _("Say the offset from UTC, such as +02:00 or Z."), code="offset_missing"
            )
        try:
            at = super().to_internal_value(value)
            is_kept = FIRST_INSTANT <= at < LAST_INSTANT
        except OverflowError:
            is_kept = False
        if not is_kept:
            raise ValidationError(_("This time cannot be kept."), code="time_out_of_range")
        return at


class MoneyIn(In):
    """Money in whole minor units; a fraction of a cent does not exist."""

    amount = serializers.IntegerField(help_text="Whole minor units, such as cents.")
    currency = serializers.RegexField(r"^[A-Z]{3}$", help_text="ISO 4217, such as EUR.")


class MoneyOut(Out):
    """Money in whole minor units."""

    amount = serializers.IntegerField(help_text="Whole minor units, such as cents.")
    currency = serializers.CharField(help_text="ISO 4217, such as EUR.")


def _is_mistyped(field: Any, value: Any) -> bool:
    """Whether a plain field meets another JSON type; DRF alone would read "5" as 5 and 7 as "7"."""
    if value is None:
        return False
    for kind, wanted in _JSON_TYPES:
        if isinstance(field, kind):
            return not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))
    return False
