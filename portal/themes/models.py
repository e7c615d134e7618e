"""The table of themes: one row per programme that chose its own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from portal.themes.kinds import Corner, Ground, Scheme

COLOUR_FORM = "^#[0-9a-f]{6}$"


class Theme(Row):
    """What a programme told; what pages wear is derived from it, so that it can always be read."""

    prefix = "thm"

    program = models.OneToOneField(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="portal_theme",
    )
    main = models.CharField(_("main colour"), max_length=7)
    accent = models.CharField(_("second colour"), max_length=7)
    corner = models.CharField(_("corners"), max_length=10, choices=Corner, default=Corner.SOFT)
    scheme = models.CharField(
        _("light or dark"), max_length=10, choices=Scheme, default=Scheme.BOTH
    )
    logo = models.BinaryField(_("logo"), null=True)  # a picture that we wrote ourselves
    logo_digest = models.CharField(max_length=16, blank=True)  # names it in addresses
    # Of logos that came before they were looked at, nothing is known.
    logo_width = models.PositiveSmallIntegerField(null=True)
    logo_height = models.PositiveSmallIntegerField(null=True)
    logo_lost_on = models.CharField(max_length=5, choices=Ground, null=True)  # noqa: DJ001
    digest = models.CharField(max_length=16)  # names this state of the sheet in addresses
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        app_label = "portal"
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.CheckConstraint(
                condition=Q(main__regex=COLOUR_FORM, accent__regex=COLOUR_FORM),
                name="theme_colours_are_written_in_six_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.main} {self.accent}"
