"""Tables of the imports room."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row


class EventImport(Row):
    """One file of events on its way in. The cursor moves in the unit that takes the lines, so no line is lost or doubled.

    The file itself is absent: its digest tells whether somebody goes on with the same one.
    """

    prefix = "imp"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    file_digest = models.BinaryField(max_length=32)
    lines = models.BigIntegerField(_("lines"))
    lines_done = models.BigIntegerField(_("lines done"), default=0)
    fresh = models.BigIntegerField(_("new"), default=0)
    already_there = models.BigIntegerField(_("already there"), default=0)
    refused = models.BigIntegerField(_("refused"), default=0)
    started_at = models.DateTimeField(_("started"))
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("import of events")
        verbose_name_plural = _("imports of events")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "file_digest"], name="file_is_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(lines_done__gte=0, lines_done__lte=models.F("lines")),
                name="import_stays_within_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class ImportRefusal(Row):
    """A line that was not taken, and why, for the report."""

    prefix = "irf"

    event_import = models.ForeignKey(EventImport, on_delete=models.CASCADE, related_name="refusals")
    line = models.BigIntegerField(_("line"))
    code = models.CharField(_("code"), max_length=60)
    sentence = models.CharField(_("why"), max_length=500)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("refused line")
        verbose_name_plural = _("refused lines")
        constraints = [
            models.UniqueConstraint(fields=["event_import", "line"], name="line_is_refused_once")
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
