"""The table of faults."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.earning.models import EarningRule
from loyalty.foundation.ids import Row


class RuleFault(Row):
    """How often a condition of one version could not be worked out on one local day, and on which event last.

    What went wrong is absent: the language says no more than that it failed; the event's data show the rest.
    """

    prefix = "flt"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, related_name="faults")
    version = models.PositiveIntegerField(_("version"))
    day = models.DateField(_("day"))
    condition = models.PositiveIntegerField(_("condition"), default=0)
    events = models.PositiveIntegerField(_("events"), default=0)
    last_event_id = models.UUIDField(_("last event"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("fault of a rule")
        verbose_name_plural = _("faults of rules")
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "version", "day"], name="fault_counts_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["program", "day"], name="faults_by_day")]

    def __str__(self) -> str:
        return f"{self.day}"
