"""Inputs of the ladder editor: thresholds and money as people write them; whole units inside."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.shapes import WHOLE_MAX
from loyalty.programs.rates import exponent_of

CODE: Final = {"dir": "ltr", "size": 30, "spellcheck": "false"}
TEXT_LENGTH_MAX: Final = 10_000


class Amount(forms.CharField):
    """A whole number; or, where `currency` is set by the form, money such as `45.00`, in minor units inside."""

    def __init__(self, **how: Any) -> None:
        self.currency = ""
        widget = forms.TextInput(attrs={"dir": "ltr", "size": 14, "inputmode": "decimal"})
        super().__init__(required=False, max_length=24, widget=widget, **how)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value).strip().replace(" ", "")
        if not text:
            return None
        exponent = exponent_of(self.currency) if self.currency else 0
        try:
            units = Decimal(text).scaleb(exponent)
        except InvalidOperation:
            raise self._wrong() from None
        if not units.is_finite() or units != int(units) or not 0 <= units <= WHOLE_MAX:
            raise self._wrong()
        return int(units)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int) or not self.currency:
            return value
        exponent = exponent_of(self.currency)
        return f"{Decimal(value).scaleb(-exponent):.{exponent}f}"

    def _wrong(self) -> forms.ValidationError:
        if self.currency:
            return forms.ValidationError(_("Write an amount such as 45.00."))
        return forms.ValidationError(_("Write a whole number."))


class Lines(forms.CharField):
    """Several texts, one a line."""

    def __init__(self, **how: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "cols": 40})
        super().__init__(required=False, max_length=TEXT_LENGTH_MAX, widget=widget, **how)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


def number(label: Any, *, least: int = 0, most: int = 2**53 - 1, **how: Any) -> forms.IntegerField:
    """A whole number that may be left out."""
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=most, **how)


def text(label: Any, **how: Any) -> forms.CharField:
    """A short text that may be left out."""
    return forms.CharField(
        label=label, required=False, max_length=200, widget=forms.TextInput(attrs=CODE), **how
    )


def choice(label: Any, choices: Any, **how: Any) -> forms.ChoiceField:
    """One of these; may be left out."""
    return forms.ChoiceField(label=label, required=False, choices=choices, **how)


def yes(label: Any, **how: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, **how)
