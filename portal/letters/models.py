"""Letters that were asked for. Neither the address nor the secret is kept: digests alone, for a day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from portal.letters.kinds import TRIES_MAX, LetterKind


class Letter(Row):
    """A mail that somebody asked for. Without a member nobody lives there: it is counted, and nothing is sent."""

    prefix = "let"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+", null=True
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    # The session that asked for a code, which alone can use it; none for holders of the member's token.
    holder = models.UUIDField(null=True)
    mailbox = models.BinaryField(max_length=32)
    network = models.BinaryField(max_length=32)
    language = models.CharField(_("language"), max_length=10)
    asked_at = models.DateTimeField(_("asked"))
    ends_at = models.DateTimeField(_("ends"))
    sent_at = models.DateTimeField(_("sent"), null=True)
    digest = models.BinaryField(max_length=32, null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        app_label = "portal"
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["mailbox", "asked_at"], name="letter_by_mailbox"),
            models.Index(fields=["network", "asked_at"], name="letter_by_network"),
            models.Index(fields=["ends_at"], name="letter_by_end"),
            models.Index(
                fields=["id"], name="letter_to_be_sent", condition=Q(sent_at__isnull=True)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_at__lt=F("ends_at")), name="letter_ends_after_it_is_asked_for"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__lt=F("ends_at")),
                name="letter_is_used_before_its_end",
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=TRIES_MAX), name="letter_is_tried_a_few_times"
            ),
            models.CheckConstraint(
                condition=Q(digest__isnull=True) | Q(kind=LetterKind.CODE, member__isnull=False),
                name="letter_with_a_code_has_a_reader",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
