"""Lengths in forms: a number and a unit beside it, where the document says an ISO 8601 duration (U-30)."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

SPAN_MAX: Final = 999  # what the shape of a duration takes in any unit
# How long: the letters of ISO 8601 behind P and T, with the words for them.
_UNITS: Final = (
    ("TM", _("minutes")),
    ("TH", _("hours")),
    ("D", _("days")),
    ("W", _("weeks")),
    ("M", _("months")),
    ("Y", _("years")),
)
_ONE_UNIT: Final = re.compile(r"P(T?)(\d+)([YMWDHM])")


def span_of(text: Any) -> tuple[int, str] | None:
    """A duration of one unit as number and unit; None for others, which no field can say."""
    found = _ONE_UNIT.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] + found[3] not in dict(_UNITS):
        return None
    return int(found[2]), found[1] + found[3]


class _SpanInput(forms.MultiWidget):
    """A number, and days or months beside it."""

    use_fieldset = True

    def __init__(self) -> None:
        digits = forms.NumberInput(attrs={"min": 0, "max": SPAN_MAX, "aria-label": _("Number")})
        super().__init__([digits, forms.Select(attrs={"aria-label": _("Unit")}, choices=_UNITS)])

    def decompress(self, value: Any) -> list[Any]:
        return list(span_of(value) or (None, "D"))


class Span(forms.MultiValueField):
    """How long, in number and unit; an ISO 8601 duration inside, empty if no number is told."""

    def __init__(self, **how: Any) -> None:
        # A browser always sends the unit, also where no number was written: neither is demanded alone.
        count = forms.IntegerField(min_value=0, max_value=SPAN_MAX, required=False)
        parts = (count, forms.ChoiceField(choices=_UNITS, required=False))
        super().__init__(
            parts, required=False, require_all_fields=False, widget=_SpanInput(), **how
        )

    def compress(self, data_list: list[Any]) -> str:
        if not data_list or data_list[0] is None:
            return ""
        count, unit = data_list
        return f"PT{count}{unit[1:]}" if unit.startswith("T") else f"P{count}{unit or 'D'}"
