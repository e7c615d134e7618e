"""The table of what-ifs."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.foundation.ids import Row


class Change(models.TextChoices):
    """What is tried: the newest draft of a rule, or a world without the rule."""

    DRAFT = "draft", _("The draft")
    END = "end", _("The end of the rule")


class WhatIfState(models.TextChoices):
    """Where a what-if stands; running ones wait for a worker or have one."""

    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    DONE = "done", _("Done")


class WhatIf(Row):
    """A change of one rule, tried on what members did in [since, until); kept for thirty days (E-80).

    `mark` is the last member that was looked at, `tally` what came of it so far. The definition is kept beside the
    revision, for a draft may be changed in place afterwards: `digest` tells whether it was.
    """

    prefix = "wif"

    program = models.ForeignKey(
        "loyalty.Program", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    rule = models.ForeignKey(EarningRule, on_delete=models.PROTECT, related_name="what_ifs")
    revision = models.ForeignKey(
        RuleRevision, on_delete=models.PROTECT, null=True, related_name="what_ifs"
    )
    change = models.CharField(_("change"), max_length=5, choices=Change)
    definition = models.JSONField(_("definition"))
    digest = models.CharField(max_length=64)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("to"))
    state = models.CharField(
        _("state"), max_length=7, choices=WhatIfState, default=WhatIfState.RUNNING
    )
    goes = models.PositiveSmallIntegerField(default=1)  # how often it was set going
    mark = models.UUIDField(null=True)
    members = models.PositiveIntegerField(_("members"), default=0)
    members_done = models.PositiveIntegerField(_("members looked at"), default=0)
    events_done = models.PositiveIntegerField(_("events played"), default=0)
    tally = models.JSONField(default=dict)
    author = models.CharField(_("author"), max_length=120)
    asked_at = models.DateTimeField(_("asked"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("what-if")
        verbose_name_plural = _("what-ifs")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=WhatIfState.values), name="what_if_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(change__in=Change.values), name="what_if_change_is_known"
            ),
            models.CheckConstraint(condition=Q(since__lt=F("until")), name="what_if_looks_back"),
            models.CheckConstraint(
                condition=Q(change=Change.DRAFT, revision__isnull=False)
                | Q(change=Change.END, revision__isnull=True),
                name="what_if_of_a_draft_has_a_revision",
            ),
            models.UniqueConstraint(
                fields=["rule"],
                condition=Q(state=WhatIfState.RUNNING),
                name="what_if_runs_once_per_rule",
            ),
        ]
        indexes = [models.Index(fields=["program", "asked_at"], name="what_ifs_by_age")]

    def __str__(self) -> str:
        return self.shown_id

    @property
    def percent(self) -> int:
        """How far it is, in whole percent of the members."""
        if self.state == WhatIfState.DONE:
            return 100
        return min(99, self.members_done * 100 // self.members) if self.members else 0
