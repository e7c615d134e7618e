"""Tickets that let a member in once, and the sessions they open. Secrets are kept as digests only."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row


class TicketKind(models.TextChoices):
    """How a ticket travels, and so how it is spent."""

    STOREFRONT = "storefront", _("from the storefront")  # opening the address spends it
    LINK = "link", _("by a link")  # opening shows a button, and only its POST spends it


class EntryTicket(Row):
    """A secret that opens one session, once, before its end (S-15)."""

    prefix = "tkt"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TicketKind)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(_("made"))
    ends_at = models.DateTimeField(_("ends"))
    used_at = models.DateTimeField(_("used"), null=True)
    # The member's epoch when it was made: raising it voids tickets that are still out (S-12). Null: made before this was kept.
    epoch = models.PositiveIntegerField(null=True)

    class Meta:
        app_label = "portal"
        verbose_name = _("entry ticket")
        verbose_name_plural = _("entry tickets")
        indexes = [models.Index(fields=["ends_at"], name="ticket_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__lt=F("ends_at")), name="ticket_ends_after_it_is_made"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lt=F("ends_at")),
                name="ticket_is_used_before_its_end",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class PortalSession(Row):
    """One browser of one member. It ends when left idle, and at the latest at `ends_at` (S-17)."""

    prefix = "ses"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    digest = models.BinaryField(max_length=32, unique=True)
    # The member's epoch at entry: raising it ends every session (S-12).
    epoch = models.PositiveIntegerField()
    entered_by = models.CharField(_("entered"), max_length=10, choices=TicketKind)
    entered_at = models.DateTimeField(_("since"))
    seen_at = models.DateTimeField(_("last seen"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)  # by a mailed code (S-19)
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        app_label = "portal"
        verbose_name = _("portal session")
        verbose_name_plural = _("portal sessions")
        indexes = [models.Index(fields=["ends_at"], name="session_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_at__lt=F("ends_at")), name="session_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
