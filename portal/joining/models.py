"""Applications: what strangers told, sealed, until their link is used or over; then the row is gone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row


class Application(Row):
    """Somebody's wish to join. Of the link a digest is kept; who it was stands in the sealed part alone (S-54)."""

    prefix = "apl"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    letter = models.OneToOneField("portal.Letter", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    asked_at = models.DateTimeField(_("asked"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        app_label = "portal"
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [models.Index(fields=["ends_at"], name="application_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at__lt=F("ends_at")),
                name="application_ends_after_it_is_asked_for",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
