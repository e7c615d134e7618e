"""Scores, their histogram, and what is still to be folded into it (G-78, G-86)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gamification.leaderboards.models.boards import BoardPeriod
from gamification.leaderboards.models.frozen import DELETED, INSERTED, UPDATED
from loyalty.members.persons import Member


def _moves(name: str, operation: pgtrigger.Operation, func: str, **seen: str) -> pgtrigger.Trigger:
    """Tells the histogram of a whole statement at once, whoever writes it."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**seen),  # type: ignore[no-untyped-call]
        func=func,
        declare=[("touched", "uuid"), ("frozen", "uuid[]")],
    )


class BoardScore(models.Model):
    """What a member has on a board in one period. Absent without a deed; ranked if shown and above 0.

    `reached_at` is the latest deed that still counts, `tie` a hash that nobody can choose. When the period is final,
    these rows are its snapshot (G-80).
    """

    pk = models.CompositePrimaryKey("period_id", "member_id")
    # No constraint: an insert would lock the period's row, which all members share.
    period = models.ForeignKey(
        BoardPeriod,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="scores",
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    score = models.BigIntegerField(_("score"))
    minus_score = models.GeneratedField(
        expression=-models.F("score"), output_field=models.BigIntegerField(), db_persist=True
    )
    reached_at = models.DateTimeField(_("reached"), null=True)
    tie = models.BigIntegerField()
    shown = models.BooleanField(_("shown"))
    # Whether the board is for this member at all, and since when people keep the entry from it: without both, not shown.
    admitted = models.BooleanField(_("takes part"), default=True, db_default=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0), name="board_score_is_not_below_zero"),
            models.CheckConstraint(
                condition=Q(score=0) | Q(reached_at__isnull=False),
                name="board_score_was_reached_sometime",
            ),
            models.CheckConstraint(
                condition=Q(shown=False) | Q(admitted=True, suspended_at__isnull=True),
                name="shown_board_score_takes_part",
            ),
        ]
        indexes = [
            # All ascending, so that a comparison of rows is one range of it in both directions (G-87).
            models.Index(
                fields=["period", "minus_score", "reached_at", "tie", "member"],
                condition=Q(shown=True, score__gt=0),
                name="board_scores_in_order",
            ),
        ]
        triggers = [
            _moves("board_scores_inserted", pgtrigger.Insert, INSERTED, new="fresh"),
            _moves("board_scores_updated", pgtrigger.Update, UPDATED, old="stale", new="fresh"),
            _moves("board_scores_deleted", pgtrigger.Delete, DELETED, old="stale"),
            pgtrigger.Trigger(
                name="board_scores_are_kept",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'board_scores_are_kept' USING"
                " ERRCODE = 'restrict_violation', CONSTRAINT = 'board_scores_are_kept';",
            ),
        ]

    def __str__(self) -> str:
        return str(self.score)


class BoardStep(models.Model):
    """How many shown members stand at exactly this score, as far as folded (G-86)."""

    pk = models.CompositePrimaryKey("period_id", "score")
    period = models.ForeignKey(
        BoardPeriod,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    score = models.BigIntegerField(_("score"))
    members = models.BigIntegerField(_("members"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(members__gte=0), name="board_step_is_not_below_zero")
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.members}"


class BoardBucket(models.Model):
    """How many shown members stand in a range of scores, and at how many different ones."""

    pk = models.CompositePrimaryKey("period_id", "bucket")
    period = models.ForeignKey(
        BoardPeriod,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    bucket = models.BigIntegerField()
    members = models.BigIntegerField(_("members"))
    steps = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(members__gte=0, steps__gte=0), name="board_bucket_is_not_below_zero"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bucket}: {self.members}"


class BoardDelta(models.Model):
    """Members more or fewer at a score, not folded yet. Only ever inserted by the trigger and taken by the folder."""

    id = models.BigAutoField(primary_key=True)
    period = models.ForeignKey(
        BoardPeriod,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    score = models.BigIntegerField(_("score"))
    members = models.BigIntegerField(_("members"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(members=0), name="board_delta_moves_members")
        ]
        indexes = [
            models.Index(
                fields=["period", "score"], include=["members"], name="board_deltas_by_score"
            )
        ]

    def __str__(self) -> str:
        return f"{self.score}: {self.members:+}"
