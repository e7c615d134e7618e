"""The theme in the admin: told, looked at on light and dark pages in four languages, and kept."""

import base64
from typing import Any, Final

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from loyalty.access.site import ProgramScoped, ReadOnly, program_of, staff_site
from loyalty.foundation.refusals import DomainError
from loyalty.programs.clock import now_of
from loyalty.programs.tenants import Program
from portal.themes.forms import LookForm
from portal.themes.logos import SHOWN as LOGO_SHOWN
from portal.themes.models import Theme
from portal.themes.palettes import CORNERS, SHOWN, lifts_of, palette, plate_of
from portal.themes.theming import drawn, dress, theme_of
from portal.themes.wearing import logo_size
from portal.words.numbers import number
from portal.words.styles import style_of

RADIUS: Final = {"0": 0, ".75rem": 12, "1.5rem": 24}
SAMPLE: Final = 1_250
PREVIEWED: Final = 2 / 3  # of the width of a phone


@admin.register(Theme, site=staff_site)
class ThemeAdmin(ReadOnly, ProgramScoped, admin.ModelAdmin[Theme]):
    """The look of the open programme's pages: one, or none."""

    topic = "programs"
    saves_by_rule = True
    empty_note = gettext_lazy(
        "Members see our own look. Add the colours and the logo of the programme."
    )
    list_display = ("main", "accent", "corner", "scheme", "changed_at")
    fields = ("main", "accent", "corner", "scheme", "changed_at")

    def has_add_permission(self, request: HttpRequest, *_inline: Any) -> bool:
        return self.allows(request, "write")

    def get_readonly_fields(self, request: HttpRequest, obj: Theme | None = None) -> Any:
        return self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Theme]:
        return super().get_queryset(request).defer("logo")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Tell a look, see it, keep it."""
        if not self.allows(request, "write"):
            raise PermissionDenied
        program = program_of(request)
        form = LookForm(request.POST or None, request.FILES or None, initial=_present(program))
        theme = theme_of(program)
        if request.method == "POST" and form.is_valid():
            try:
                if "keep" in request.POST:
                    dress(program=program, look=form.look, at=now_of(program))
                    messages.success(request, _("Members see this look from now on."))
                    return HttpResponseRedirect(reverse("admin:portal_theme_add"))
                theme = drawn(program=program, look=form.look, at=now_of(program))
            except DomainError as refusal:
                form.add_error("logo", refusal.sentence())
            else:
                form = _going_on(request, theme)
        told = {
            "title": _("Look of the members' pages"),
            "opts": self.opts,
            "form": form,
            "previews": _previews(program, theme) if theme else [],
            "lifts": lifts_of(theme) if theme else [],
            "logo": _logo(theme) if theme else None,
        }
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "portal/theme.html", {**around, **told})


def _going_on(request: HttpRequest, theme: Theme) -> LookForm:
    """The form as it was typed, with the logo that was looked at: no browser sends a file a second time."""
    told = request.POST.copy()
    if request.FILES:
        told["drawn"] = base64.b64encode(theme.logo or b"").decode()
    return LookForm(told)


def _logo(theme: Theme) -> dict[str, Any] | None:
    """The logo as previews show it, kept or not."""
    if not theme.logo:
        return None
    width, height = logo_size(theme) or LOGO_SHOWN
    address = "data:image/png;base64," + base64.b64encode(theme.logo).decode()
    return {"address": address, "width": width, "height": height, "lost_on": theme.get_logo_lost_on_display()}  # fmt: skip


def _present(program: Program) -> dict[str, Any]:
    theme = theme_of(program)
    if theme is None:
        return {}
    return {name: getattr(theme, name) for name in ("main", "accent", "corner", "scheme")}


def _previews(program: Program, theme: Theme) -> list[dict[str, Any]]:
    """One picture for each palette and language."""
    return [
        _preview(program, theme, is_dark=is_dark, language=language)
        for is_dark in SHOWN[theme.scheme]
        for language, _name in settings.LANGUAGES
    ]


def _preview(program: Program, theme: Theme, *, is_dark: bool, language: str) -> dict[str, Any]:
    colours = palette(theme, is_dark=is_dark)
    shown = (logo_size(theme) or LOGO_SHOWN) if theme.logo else (-12, 0)
    logo_width, logo_height = (round(side * PREVIEWED) for side in shown)
    with translation.override(language):
        style = style_of(language)
        return {
            "colours": colours,
            "plate": plate_of(theme, is_dark=is_dark),
            "ink": colours["brand-ink"],
            "radius": RADIUS[CORNERS[theme.corner]],
            "language": language,
            "is_mirrored": style.is_mirrored,
            "name": str(program),
            "is_dark": is_dark,
            "title": get_language_info(language)["name_local"],
            "logo_width": logo_width,
            "logo_height": logo_height,
            "logo_x": 224 - logo_width if style.is_mirrored else 16,
            "name_x": 212 - logo_width if style.is_mirrored else 28 + logo_width,
            "name_y": 17 + logo_height // 2,
            "balance": number(SAMPLE, style=style),
            "points": _("Points"),
            "rewards": _("Rewards"),
            "button": _("See my points"),
        }
