"""The form of a theme."""

import base64
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from loyalty.pictures.drawing import BYTES_MAX
from portal.themes.kinds import Corner, Scheme
from portal.themes.models import COLOUR_FORM
from portal.themes.theming import Look


class Drawn(forms.CharField):
    """A logo on its way from the look at it to keeping it; decoded again like any other file."""

    def clean(self, value: Any) -> bytes:
        try:
            return base64.b64decode(str(value or ""), validate=True)
        except ValueError as error:
            raise forms.ValidationError(_("Choose the logo again.")) from error


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
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_(
            "PNG, JPEG or WebP, at most 2 MB and 4,096 pixels a side. Best is a wide one with a clear ground; where it could not be made out, a plate is put behind it."
        ),
    )
    # What was uploaded and looked at, but is not kept yet: browsers forget files between two pages.
    drawn = Drawn(required=False, widget=forms.HiddenInput)
    no_logo = forms.BooleanField(label=_("Without a logo"), required=False)

    @property
    def look(self) -> Look:
        """What was told."""
        told: dict[str, Any] = self.cleaned_data
        logo = b"" if told["no_logo"] else None
        if told["logo"]:
            logo = told["logo"].read(BYTES_MAX + 1)
        elif told["drawn"] and not told["no_logo"]:
            logo = told["drawn"]
        return Look(
            main=told["main"],
            accent=told["accent"],
            corner=told["corner"],
            scheme=told["scheme"],
            logo=logo,
        )
