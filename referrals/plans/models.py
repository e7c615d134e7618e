"""Tables of plans: the offer, and its frozen versions."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.programs.texts import in_words
from referrals.plans.kinds import SLUG_LENGTH_MAX, Audience, PlanState


class ReferralPlan(Row):
    """One referral offer of a programme. What it promises stands in its versions."""

    prefix = "rpl"

    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    slug = models.SlugField(_("short name"), max_length=SLUG_LENGTH_MAX, db_index=False)
    name = models.JSONField(_("name"), default=dict)
    audience = models.CharField(
        _("who brings"), max_length=10, choices=Audience, default=Audience.MEMBERS
    )
    state = models.CharField(_("state"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    priority = models.IntegerField(_("priority"), default=0)
    created_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("referral plan")
        verbose_name_plural = _("referral plans")
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="plan_slug_is_its_own"),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="plan_audience_is_known"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="retired_plans_stay_retired",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state = 'retired' AND NEW.state <> 'retired'"),
                func="RAISE EXCEPTION 'retired_plans_stay_retired' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'retired_plans_stay_retired';",
            )
        ]

    def __str__(self) -> str:
        return in_words(self.name) or self.slug


class PlanVersion(Row):
    """What a plan promises from an instant on; a referral keeps the version of its joining (R-1)."""

    prefix = "rpv"

    plan = models.ForeignKey(ReferralPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    settings = models.JSONField(_("settings"))
    drafted_at = models.DateTimeField(_("drafted"))
    previewed_at = models.DateTimeField(_("previewed"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    author = models.CharField(_("author"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_versions_count_up")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_versions_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.published_at IS NOT NULL"),
                func="RAISE EXCEPTION 'published_versions_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'published_versions_are_frozen';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"
