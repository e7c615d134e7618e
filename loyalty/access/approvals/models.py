"""The table of proposals."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.access.models import ApiKey, User
from loyalty.foundation.ids import Row
from loyalty.programs.models import Program


class ProposalState(models.TextChoices):
    """Where a proposal stands; only an open one may be decided, once."""

    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("Lapsed")


class Proposal(Row):
    """A deed that somebody asks a second person for. It lapses after seven days, and nothing happens before (S-27).

    `argument` is what the room that owns the deed wrote down: ids and plain values, by which the deed is done on the
    day's state, not on the state of when it was proposed.
    """

    prefix = "pro"

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    deed = models.CharField(_("deed"), max_length=60)
    argument = models.JSONField()
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    lapses_at = models.DateTimeField(_("lapses"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ProposalState.values), name="proposal_has_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="proposal_is_approved_by_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["program", "lapses_at"],
                condition=Q(state=ProposalState.OPEN),
                name="proposals_open",
            )
        ]

    def __str__(self) -> str:
        return self.shown_id


class StaffBudget(Row):
    """What one person may hand out by hand on one local day, and how much of it is used (S-25).

    One budget for everything given by hand: points added, goodwill gifts. `limit` null is no limit; it is that of the
    person's roles when the budget was last drawn on.
    """

    prefix = "sbu"

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    used = models.BigIntegerField(_("used"), default=0)
    limit = models.BigIntegerField(_("limit"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("budget of a person")
        verbose_name_plural = _("budgets of persons")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "person", "day"], name="staff_budget_is_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0) & (Q(limit__isnull=True) | Q(used__lte=F("limit"))),
                name="staff_budget_used_up_to_its_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class KeyBudget(Row):
    """What one key may hand out by hand on one local day, and how much of it is used; for keys that have a limit (S-25)."""

    prefix = "kbu"

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    used = models.BigIntegerField()
    limit = models.BigIntegerField()

    class Meta:
        app_label = "loyalty"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "day"], name="key_budget_is_one_a_day"),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("limit")),
                name="key_budget_used_up_to_its_limit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
