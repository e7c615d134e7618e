"""Shapes: JSON Schema (2020-12) as the one statement of what a piece of input looks like.

The same schema stands in the OpenAPI document and checks what comes in, so the two cannot part.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import jsonschema_rs
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.refusals import Malformed, Problem, Text

Schema: TypeAlias = Mapping[str, Any]

WHOLE_MAX: Final = 2**53 - 1  # the largest whole number that every JSON reader keeps exact
PROBLEMS_TOLD_MAX: Final = 50

SLUG: Final[Schema] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,49}$"}
TEXTS: Final[
    Schema
] = {  # one text in several languages; the first language of the programme falls in
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z]{2,3}$"},
    "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 200},
}
CURRENCY: Final[Schema] = {"type": "string", "pattern": "^[A-Z]{3}$"}
WHOLE: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": WHOLE_MAX}
POSITIVE: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": WHOLE_MAX}
DURATION: Final[Schema] = {
    "type": "string",
    "maxLength": 30,
    "pattern": r"^P(?=.)([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?"
    r"(T(?=.)([0-9]{1,5}H)?([0-9]{1,6}M)?([0-9]{1,7}S)?)?$",
}
DECIMAL: Final[Schema] = {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,12})?$"}

_WORDS: Final[dict[str, tuple[str, Text]]] = {
    "required": ("required", _("This field is required.")),
    "additionalProperties": ("unknown_field", _("This field is not known here.")),
    "unevaluatedProperties": ("unknown_field", _("This field is not known here.")),
    "type": ("wrong_type", _("This has the wrong type.")),
    "enum": ("not_a_choice", _("This is not one of the allowed values.")),
    "const": ("not_a_choice", _("This is not one of the allowed values.")),
    "minimum": ("too_small", _("This number is too small.")),
    "exclusiveMinimum": ("too_small", _("This number is too small.")),
    "maximum": ("too_large", _("This number is too large.")),
    "minLength": ("too_short", _("This text is too short.")),
    "maxLength": ("too_long", _("This text is too long.")),
    "minItems": ("too_few", _("This list is too short.")),
    "maxItems": ("too_many", _("This list is too long.")),
}
_OTHERWISE: Final[tuple[str, Text]] = ("invalid", _("This does not have the expected form."))


class Shape:
    """A compiled schema."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._validator = jsonschema_rs.Draft202012Validator(
            dict(schema), validate_formats=True, offline=True
        )

    def fits(self, value: object) -> bool:
        return self._validator.is_valid(value)

    def problems_with(self, value: object, *, pointer: str = "") -> list[Problem]:
        """What is wrong with the value, each with its JSON pointer; nothing if it fits."""
        if self._validator.is_valid(value):
            return []
        problems = []
        for error in self._validator.iter_errors(value):
            problems += _problems_of(error, pointer=pointer)
            if len(problems) >= PROBLEMS_TOLD_MAX:
                break
        return problems

    def demand(self, value: object, *, pointer: str = "") -> None:
        """Raise Malformed with every problem found."""
        problems = self.problems_with(value, pointer=pointer)
        if problems:
            raise Malformed(problems=problems)


def below(pointer: str, *path: str | int) -> str:
    """The JSON pointer (RFC 6901) of what lies on this path below another pointer."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "".join((pointer, *(f"/{step}" for step in steps)))


def text(most: int) -> Schema:
    """Text with something in it."""
    return {"type": "string", "minLength": 1, "maxLength": most}


def closed(properties: Mapping[str, Schema], *, required: Sequence[str] = ()) -> Schema:
    """An object of exactly these fields."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def whole_numbers_in(value: object, *, pointer: str) -> list[Problem]:
    """JSON Schema takes 45.0 for a whole number; we do not, since nothing of ours is ever a float."""
    if isinstance(value, float):
        message = _("Whole numbers only: money is told in minor units.")
        return [Problem(pointer=pointer, code="not_whole", message=message)]
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    )
    return [
        problem
        for name, inner in inside
        for problem in whole_numbers_in(inner, pointer=below(pointer, name))
    ]


def composed(text: str) -> str:
    """Text as sent, in normal form C: two spellings of one letter are one letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def composed_in(value: Any) -> Any:
    """The same JSON with all its text in normal form C."""
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, list):
        return [composed_in(inner) for inner in value]
    if isinstance(value, dict):
        return {composed(name): composed_in(inner) for name, inner in value.items()}
    return value


def _problems_of(error: jsonschema_rs.ValidationError, *, pointer: str) -> list[Problem]:
    kind: Any = error.kind  # its class differs by keyword
    keyword: str = kind.name
    code, message = _WORDS.get(keyword, _OTHERWISE)
    here = below(pointer, *error.instance_path)
    named: list[str] = []
    if keyword in {"additionalProperties", "unevaluatedProperties"}:
        named = list(kind.unexpected)
    elif keyword == "required":
        named = [kind.property]
    if named:
        return [Problem(pointer=below(here, name), code=code, message=message) for name in named]
    return [Problem(pointer=here, code=code, message=message)]
