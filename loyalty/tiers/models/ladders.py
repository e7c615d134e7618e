"""Ladders: the tiers of a programme, in revisions that are frozen once live (T-1 to T-3)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.texts import in_words
from loyalty.tiers.kinds import CycleKind, Drop, Metric, OnReturn, RevisionState, Up

TIERS_MAX = 10
THRESHOLD_MAX = 2**53 - 1  # what every JSON reader holds exactly
GRACE_DAYS_MAX = 365
SLUG_LENGTH_MAX = 50


class Ladder(Row):
    """The tiers of a programme; what they are stands in numbered revisions."""

    prefix = "lad"

    program = models.OneToOneField(Program, on_delete=models.PROTECT, related_name="ladder")

    class Meta:
        verbose_name = _("ladder")
        verbose_name_plural = _("ladders")

    def __str__(self) -> str:
        return str(self.program)


class LadderRevision(Row):
    """One version of a ladder. Frozen once live; every move of a tier names the revision that decided it.

    Published, it reaches the members in ranges: `applied_through` is the last member it was applied to.
    """

    prefix = "lrv"

    ladder = models.ForeignKey(Ladder, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    state = models.CharField(
        _("state"), max_length=5, choices=RevisionState, default=RevisionState.DRAFT
    )
    metric = models.CharField(_("metric"), max_length=6, choices=Metric, default=Metric.POINTS)
    currency = models.ForeignKey(PointCurrency, on_delete=models.PROTECT, related_name="+")
    cycle = models.CharField(
        _("cycle"), max_length=11, choices=CycleKind, default=CycleKind.ROLLING
    )
    period_months = models.PositiveSmallIntegerField(_("months that count"), default=12)
    starts_on = models.CharField(_("cycle starts on"), max_length=5, default="01-01")
    up = models.CharField(_("up"), max_length=10, choices=Up, default=Up.AT_ONCE)
    grace_days = models.PositiveSmallIntegerField(_("days of grace"), default=30)
    drop = models.CharField(_("drop"), max_length=9, choices=Drop, default=Drop.ONE_LEVEL)
    on_return = models.CharField(
        _("on a return"), max_length=9, choices=OnReturn, default=OnReturn.AT_ONCE
    )
    notice = models.CharField(_("notice"), max_length=30, default="P30D")
    # {removed slug: the slug that takes over}: nobody is left on a tier that is gone (T-41).
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    is_silent = models.BooleanField(_("raise silently"), default=False)
    author = models.CharField(_("author"), max_length=100, blank=True)
    drafted_at = models.DateTimeField(_("drafted"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    applied_through = models.UUIDField(null=True, editable=False)
    applied_at = models.DateTimeField(_("reached everybody"), null=True, blank=True)

    class Meta:
        verbose_name = _("ladder revision")
        verbose_name_plural = _("ladder revisions")
        ordering = ["ladder", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["ladder", "number"], name="ladder_revisions_count_up"),
            models.UniqueConstraint(
                fields=["ladder"], condition=Q(state="live"), name="ladder_has_one_live_revision"
            ),
            models.CheckConstraint(
                condition=Q(state__in=RevisionState.values), name="ladder_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(grace_days__lte=GRACE_DAYS_MAX), name="ladder_grace_has_an_end"
            ),
            models.CheckConstraint(
                condition=Q(period_months__range=(1, 24)), name="ladder_period_is_1_to_24_months"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | ~Q(state="draft") & Q(published_at__isnull=False),
                name="ladder_goes_live_at_an_instant",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="live_ladders_are_frozen",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
                # Its state moves on, and the job that brings it to the members notes how far it is (T-3, T-42).
                func="""
                    IF (to_jsonb(NEW) - '{state,ended_at,applied_through,applied_at}'::text[])
                       <> (to_jsonb(OLD) - '{state,ended_at,applied_through,applied_at}'::text[])
                       OR NEW.state = 'draft' OR (OLD.state = 'past' AND NEW.state <> 'past') THEN
                        RAISE EXCEPTION 'live_ladders_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_ladders_are_frozen';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="live_ladders_rise",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state = 'draft' AND NEW.state <> 'draft'"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM loyalty_tier t WHERE t.revision_id = NEW.id AND t.rank = 0
                    ) OR EXISTS (
                        SELECT 1 FROM loyalty_tier low
                        JOIN loyalty_tier high ON high.revision_id = low.revision_id
                             AND high.rank > low.rank AND high.by_metric AND high.reach <= low.reach
                        WHERE low.revision_id = NEW.id AND low.by_metric
                    ) THEN
                        RAISE EXCEPTION 'live_ladders_rise' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_ladders_rise';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.get_state_display()})"


class Tier(Row):
    """A tier of one revision. `slug` stays the same through all revisions; `keep` defaults to `reach`."""

    prefix = "tir"

    revision = models.ForeignKey(LadderRevision, on_delete=models.PROTECT, related_name="tiers")
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH_MAX)
    name = models.JSONField(_("name"))
    rank = models.PositiveSmallIntegerField(_("rank"))
    reach = models.BigIntegerField(_("reach"), default=0)
    keep = models.BigIntegerField(_("keep"), default=0)
    by_metric = models.BooleanField(_("by counting"), default=True)
    for_life = models.BooleanField(_("for life"), default=False)
    benefits = models.JSONField(_("benefits"), default=dict, blank=True)

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        ordering = ["revision", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "rank"], name="tier_ranks_count_up"),
            models.UniqueConstraint(fields=["revision", "slug"], name="tier_slug_is_its_own"),
            models.CheckConstraint(
                condition=Q(keep__gte=0, keep__lte=F("reach")), name="tier_keep_is_within_reach"
            ),
            models.CheckConstraint(condition=Q(rank__lt=TIERS_MAX), name="tier_is_one_of_ten"),
            models.CheckConstraint(
                condition=Q(rank=0, reach=0, by_metric=True)
                | Q(rank__gt=0) & (Q(by_metric=False) | Q(reach__gt=0)),
                name="tier_zero_belongs_to_everybody",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="live_tiers_are_frozen",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM loyalty_ladderrevision r
                        WHERE r.id IN (COALESCE(NEW.revision_id, OLD.revision_id), OLD.revision_id)
                          AND r.state <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'live_tiers_are_frozen' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'live_tiers_are_frozen';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return in_words(self.name)
