"""The form of a theme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.themes.kinds import Corner, Scheme
from portal.themes.logos import BYTES_MAX
from portal.themes.models import COLOUR_FORM
from portal.themes.theming import Look


class LookForm(forms.Form):
    """Colours, corners, light or dark, and a logo."""

    main = forms.RegexField(
        COLOUR_FORM,
        label=_("Main colour"),
        initial="#0f5c5a",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_(
            "Of large cards, buttons and links. It is made darker or lighter where it could not be read."
        ),
    )
    accent = forms.RegexField(
        COLOUR_FORM,
        label=_("Second colour"),
        initial="#1d6fd8",
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Of what is marked, and of the frame around what has the focus."),
    )
    corner = forms.ChoiceField(label=_("Corners"), choices=Corner.choices, initial=Corner.SOFT)
    scheme = forms.ChoiceField(
        label=_("Light or dark"), choices=Scheme.choices, initial=Scheme.BOTH
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("PNG, at most 200 kB and 1,024 pixels a side; it is written anew."),
    )
    no_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    @property
    def look(self) -> Look:
        """What was told."""
        told: dict[str, Any] = self.cleaned_data
        logo = b"" if told["no_logo"] else None
        if told["logo"]:
            logo = told["logo"].read(BYTES_MAX + 1)
        return Look(
            main=told["main"],
            accent=told["accent"],
            corner=told["corner"],
            scheme=told["scheme"],
            logo=logo,
        )
