"""Periods of boards, and what was noted beside those that are over."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from gamification.criteria.models import Definition, DefinitionVersion
from gamification.leaderboards.kinds import BITS_MAX, EVER, PERIOD_MOVES, PeriodState
from loyalty.foundation.ids import Id, Row
from loyalty.members.persons import Member

_ALLOWED = ", ".join(sorted(f"('{before}', '{after}')" for before, after in PERIOD_MOVES))
_SPAN = Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField())


class BoardPeriod(Row):
    """One stretch of a board, half open, in the zone of its version. The period `ever` runs beside all others.

    `closes_at` is when the grace is over; `secret` keys the hash that parts equals.
    """

    prefix = "brp"

    definition = models.ForeignKey(
        Definition, on_delete=models.PROTECT, related_name="board_periods", db_index=False
    )
    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(_("period"), max_length=10)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    closes_at = models.DateTimeField(_("closes"))
    state = models.CharField(_("state"), max_length=9, choices=PeriodState)
    bucket_bits = models.SmallIntegerField()
    secret = models.BinaryField(max_length=16)
    final_at = models.DateTimeField(_("final"), null=True, blank=True)
    # When all deeds recorded before `closes_at` were known to be written; the scores are waited for until then.
    heard_at = models.DateTimeField(null=True, blank=True)
    # How many places have got their prizes; null once all have.
    prizes_through = models.IntegerField(null=True, default=0)
    is_pruned = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("period of a board")
        verbose_name_plural = _("periods of boards")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "key"], name="board_period_is_there_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")) & Q(ends_at__lte=F("closes_at")),
                name="board_period_closes_after_its_end",
            ),
            models.CheckConstraint(
                condition=Q(bucket_bits__gte=0, bucket_bits__lte=BITS_MAX),
                name="board_period_has_buckets",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("final", "archived"), final_at__isnull=False)
                | Q(final_at__isnull=True) & ~Q(state__in=("final", "archived")),
                name="board_period_is_final_sometime",
            ),
            ExclusionConstraint(
                name="board_periods_do_not_overlap",
                expressions=[
                    ("definition", RangeOperators.EQUAL),
                    (_SPAN, RangeOperators.OVERLAPS),
                ],
                condition=~Q(key=EVER),
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "closes_at"],
                condition=Q(state__in=("scheduled", "open", "closing")),
                name="board_periods_going_on",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="board_periods_move_on",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state <> NEW.state"),
                func=f"""
                    IF (OLD.state, NEW.state) NOT IN ({_ALLOWED}) THEN
                        RAISE EXCEPTION 'board_periods_move_on' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'board_periods_move_on';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.key


class BoardNote(models.Model):
    """What came back of a deed after its period was final: it stands beside the score, which stays (G-82)."""

    period = models.ForeignKey(BoardPeriod, on_delete=models.PROTECT, related_name="notes")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    correction_id: models.UUIDField[Id, Id] = models.UUIDField()
    delta = models.BigIntegerField(_("taken back"))
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("note beside a final score")
        verbose_name_plural = _("notes beside final scores")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "correction_id"], name="board_notes_a_correction_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.delta:+}"
