"""Forms of the voucher pages."""

from typing import Final

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.utils.translation import gettext_lazy as _

CODE_LENGTH_MAX: Final = 128


class VoucherBar(ActionForm):
    """Until which day, and why. Never required: the bar serves all actions."""

    last_day = forms.DateField(
        label=_("Good through"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(label=_("Reason"), max_length=60, required=False)


class CodeForm(forms.Form):
    """A code as somebody reads it out. Looked at on submit only (S-33)."""

    code = forms.CharField(
        label=_("Code"),
        max_length=CODE_LENGTH_MAX,
        strip=False,
        help_text=_("Dashes, spaces and case do not matter."),
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocomplete": "off", "autofocus": True, "spellcheck": "false"}
        ),
    )
