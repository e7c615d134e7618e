"""What a member chose for reading; no row, and every empty field, is "as usual"."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from portal.words.kinds import Calendar, Digits


class Choice(Row):
    """How one member reads. The language that the storefront told stays on the member."""

    prefix = "cho"

    member = models.OneToOneField(
        "loyalty.Member",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="portal_choice",
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    digits = models.CharField(_("digits"), max_length=10, choices=Digits, blank=True)
    calendar = models.CharField(_("calendar"), max_length=10, choices=Calendar, blank=True)

    class Meta:
        app_label = "portal"
        verbose_name = _("choice")
        verbose_name_plural = _("choices")

    def __str__(self) -> str:
        return self.shown_id
