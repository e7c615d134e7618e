"""Addresses that letters go to and that are not, or no longer, a member's: sealed, and gone as soon as they may (S-54)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from portal.letters.kinds import TRIES_MAX


class NewAddress(Row):
    """A mailbox that a member wants to be reached at; whose it is, and who asked, stands on its letter."""

    prefix = "adr"

    letter = models.OneToOneField("portal.Letter", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32, null=True)  # of the code, once it is sent
    tries = models.PositiveSmallIntegerField(default=0)
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        app_label = "portal"
        verbose_name = _("new address")
        verbose_name_plural = _("new addresses")
        indexes = [models.Index(fields=["ends_at"], name="new_address_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(tries__lte=TRIES_MAX), name="new_address_is_tried_a_few_times"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class Notice(Row):
    """What a notice says, and the mailbox it goes to, which may be the one of before."""

    prefix = "ntc"

    letter = models.OneToOneField("portal.Letter", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    saying = models.CharField(max_length=20)
    changed_at = models.DateTimeField(_("changed"))
    rests_until = models.DateTimeField(_("rests until"))

    class Meta:
        app_label = "portal"
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return self.shown_id
