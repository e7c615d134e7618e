"""Tables of challenges: one member's go, shared totals, teams."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gamification.challenges.kinds import CODE_LENGTH, SHARDS, AttemptState
from loyalty.foundation.ids import Row

_REFUSE = "RAISE EXCEPTION '{0}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{0}';"


class Team(Row):
    """Two to ten members who share a total in one run of a challenge (SR-79)."""

    prefix = "tea"

    challenge = models.ForeignKey(
        "gamification.Definition", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    occasion = models.CharField(_("occasion"), max_length=20, blank=True)
    code = models.CharField(_("code"), max_length=CODE_LENGTH)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(fields=["challenge", "code"], name="team_code_is_its_own"),
        ]

    def __str__(self) -> str:
        return self.code


class Attempt(Row):
    """One member's go at a challenge in one run of its window (G-50). It keeps the version that it began with."""

    prefix = "att"

    challenge = models.ForeignKey(
        "gamification.Definition",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    version = models.ForeignKey(
        "gamification.DefinitionVersion",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    member = models.ForeignKey(
        "loyalty.Member", on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts"
    )
    # The run of the window, and which repeat in it: `2026-11`, `#2`, `2026-11#2`, or nothing.
    run = models.CharField(_("run"), max_length=20, blank=True)
    occasion = models.CharField(_("occasion"), max_length=30, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    closes_at = models.DateTimeField(_("closes"))
    state = models.CharField(
        _("state"), max_length=9, choices=AttemptState, default=AttemptState.ACTIVE
    )
    progress = ArrayField(models.BigIntegerField(), verbose_name=_("progress"))
    completed_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "member", "occasion"], name="one_attempt_an_occasion"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at"), ends_at__lte=F("closes_at")),
                name="attempt_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state="completed", completed_at__isnull=False)
                | (~Q(state="completed") & Q(completed_at__isnull=True)),
                name="completed_attempt_has_an_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AttemptState.values), name="attempt_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["closes_at", "challenge"],
                condition=Q(state="active"),
                name="attempt_closing",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attempt_moves_as_allowed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> NEW.state AND NOT (OLD.state = 'active'"
                    " OR (OLD.state = 'completed' AND NEW.state IN ('active', 'expired')))"
                ),
                func=_REFUSE.format("attempt_moves_as_allowed"),
            ),
            pgtrigger.Trigger(
                name="attempt_is_never_deleted",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func=_REFUSE.format("attempt_is_never_deleted"),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id


class GoalShard(models.Model):
    """A sixteenth of what a run of a community goal has come to; one may be negative, the sum never is (G-54)."""

    pk = models.CompositePrimaryKey("challenge_id", "run", "team_code", "shard")
    challenge = models.ForeignKey(
        "gamification.Definition",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    run = models.CharField(_("run"), max_length=20, blank=True)
    team_code = models.CharField(_("team"), max_length=CODE_LENGTH, blank=True)
    shard = models.PositiveSmallIntegerField(_("shard"))
    total = models.BigIntegerField(_("total"), default=0)

    class Meta:
        verbose_name = _("share of a goal")
        verbose_name_plural = _("shares of goals")
        constraints = [
            models.CheckConstraint(condition=Q(shard__lt=SHARDS), name="goal_has_sixteen_shards"),
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.shard}: {self.total}"
