"""Inputs of the rule editor: words in a line, money as people write it, moments in programme time."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from loyalty.access.inputs.lengths import Span, span_of
from loyalty.programs.rates import exponent_of

__all__ = [
    "CODE",
    "TEXT_LENGTH_MAX",
    "Moment",
    "Money",
    "Span",
    "Words",
    "number",
    "span_of",
    "text",
]

CODE: Final = {"dir": "ltr", "size": 40, "spellcheck": "false"}
TEXT_LENGTH_MAX: Final = 10_000
MINOR_UNITS_MAX: Final = 10**12
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


def number(label: Any, **how: Any) -> forms.IntegerField:
    """A whole number that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=how.pop("least", 1), **how)


def text(label: Any, **how: Any) -> forms.CharField:
    """A short text that may be left out."""
    widget = how.pop("widget", None) or forms.TextInput(attrs=CODE)
    return forms.CharField(label=label, required=False, max_length=200, widget=widget, **how)
