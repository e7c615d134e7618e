"""The table of drafts that go live by themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.earning.models import RuleRevision
from loyalty.foundation.ids import Row


class PlanState(models.TextChoices):
    """Where a plan stands. A dropped one says why in its note."""

    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class LaunchPlan(Row):
    """A draft that goes live at an instant of the programme's time (U-33).

    `digest` is what was planned: a draft that was changed since does not go live by this plan.
    """

    prefix = "lau"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    revision = models.ForeignKey(RuleRevision, on_delete=models.PROTECT, related_name="plans")
    digest = models.CharField(max_length=64)
    due_at = models.DateTimeField(_("goes live"))
    state = models.CharField(_("state"), max_length=7, choices=PlanState, default=PlanState.PLANNED)
    note = models.CharField(_("note"), max_length=200, blank=True)
    author = models.CharField(_("author"), max_length=120)
    asked_at = models.DateTimeField(_("planned"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("planned publication")
        verbose_name_plural = _("planned publications")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="launch_plan_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.DROPPED) | ~Q(note=""),
                name="launch_plan_is_dropped_with_a_note",
            ),
            models.UniqueConstraint(
                fields=["revision"],
                condition=Q(state=PlanState.PLANNED),
                name="launch_is_planned_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "due_at"],
                condition=Q(state=PlanState.PLANNED),
                name="launches_planned",
            )
        ]

    def __str__(self) -> str:
        return self.shown_id
