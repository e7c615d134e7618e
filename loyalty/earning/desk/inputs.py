"""Inputs of the rule editor: words in a line, money as people write it, moments in programme time."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from loyalty.programs.rates import exponent_of

CODE: Final = {"dir": "ltr", "size": 40, "spellcheck": "false"}
TEXT_LENGTH_MAX: Final = 10_000
MINOR_UNITS_MAX: Final = 10**12
SPAN_MAX: Final = 999  # what the shape of a duration takes in any unit
_LOCAL: Final = "%Y-%m-%dT%H:%M"


class Words(forms.CharField):
    """Several words in one line, separated by commas."""

    def __init__(self, **how: Any) -> None:
        widget = forms.TextInput(attrs=CODE)
        super().__init__(required=False, max_length=TEXT_LENGTH_MAX, widget=widget, **how)

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        return [word.strip() for word in text.replace("،", ",").split(",") if word.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class Money(forms.CharField):
    """An amount as people write it, `45.00`; whole minor units inside. `currency` is set by the form."""

    def __init__(self, **how: Any) -> None:
        self.currency = ""
        self.least = how.pop("least", 0)
        widget = forms.TextInput(attrs={"dir": "ltr", "size": 12, "inputmode": "decimal"})
        super().__init__(required=False, max_length=20, widget=widget, **how)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip().replace(",", ".")
        if not text:
            return None
        try:
            minor = Decimal(text).scaleb(exponent_of(self.currency))
        except InvalidOperation:
            raise forms.ValidationError(_("Write an amount such as 45.00.")) from None
        if (
            not minor.is_finite()
            or minor != int(minor)
            or not self.least <= minor <= MINOR_UNITS_MAX
        ):
            raise forms.ValidationError(_("Write an amount such as 45.00."))  # fmt: skip
        return int(minor)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        exponent = exponent_of(self.currency)
        return f"{Decimal(value).scaleb(-exponent):.{exponent}f}"


class Moment(forms.CharField):
    """An instant in programme time; with its offset inside. `zone` is set by the form."""

    def __init__(self, **how: Any) -> None:
        self.zone = "UTC"
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
        super().__init__(required=False, max_length=40, widget=widget, **how)

    def clean(self, value: Any) -> str:
        text = super().clean(value).strip()
        try:
            found = parse_datetime(text) if text else None
        except ValueError:
            found = None
        if text and found is None:
            raise forms.ValidationError(_("This is not a date with a time."))
        if found is None:
            return ""
        here = ZoneInfo(self.zone)
        local = found.replace(tzinfo=here) if found.tzinfo is None else found.astimezone(here)
        return local.isoformat()

    def prepare_value(self, value: Any) -> Any:
        try:
            found = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if not isinstance(found, datetime) or found.tzinfo is None:
            return value
        return found.astimezone(ZoneInfo(self.zone)).strftime(_LOCAL)


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


def number(label: Any, **how: Any) -> forms.IntegerField:
    """A whole number that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=how.pop("least", 1), **how)


def text(label: Any, **how: Any) -> forms.CharField:
    """A short text that may be left out."""
    widget = how.pop("widget", None) or forms.TextInput(attrs=CODE)
    return forms.CharField(label=label, required=False, max_length=200, widget=widget, **how)
