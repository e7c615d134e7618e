"""Tables of reception: a row for each programme that told something, and every version of its terms."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row


class Reception(Row):
    """What guests of one programme may do and read. Without a row nobody joins, and our own answers stand there."""

    prefix = "rcp"

    program = models.OneToOneField(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="portal_reception",
    )
    joining = models.BooleanField(_("joining on these pages"), default=False)
    birthday = models.BooleanField(_("the birthday is asked for"), default=False)
    questions = models.JSONField(
        _("questions"), default=list
    )  # {question, answer}, each by language
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        app_label = "portal"
        verbose_name = _("reception")
        verbose_name_plural = _("joining and questions")

    def __str__(self) -> str:
        return self.shown_id


class TermsVersion(Row):
    """One wording of a programme's terms; the highest number holds. Empty texts: there are none any more."""

    prefix = "trm"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    number = models.PositiveIntegerField(_("version"))
    texts = models.JSONField(_("text"), default=dict)  # {language: text}
    published_at = models.DateTimeField(_("published"))

    class Meta:
        app_label = "portal"
        verbose_name = _("terms version")
        verbose_name_plural = _("terms versions")
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="terms_version_is_its_own"),
            models.CheckConstraint(condition=Q(number__gt=0), name="terms_are_counted_from_one"),
        ]
        triggers = [
            # Members agreed to these very words.
            pgtrigger.Protect(
                name="terms_are_only_added", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
