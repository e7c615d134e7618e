"""Tables of streaks: what was done in each period, freezes, pauses, repairs, zones, and the kept end of a walk."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from gamification.streaks.kinds import (
    ACTOR_LENGTH_MAX,
    OCCASION_LENGTH_MAX,
    PERIOD_KEY_LENGTH_MAX,
    REASON_LENGTH_MAX,
    FreezeKind,
)
from loyalty.foundation.ids import Row


def _of_streak() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        "gamification.Definition", on_delete=models.PROTECT, db_index=False, related_name="+"
    )


def _of_member() -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        "loyalty.Member",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )


def _kept(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class StreakDay(models.Model):
    """What a member did in one period, net; `early_value` within the hours of grace of the period before.

    A period in which nothing was done has no row.
    """

    streak = _of_streak()
    member = _of_member()
    period_key = models.CharField(_("period"), max_length=PERIOD_KEY_LENGTH_MAX)
    first = models.DateField(_("first day"))
    value = models.BigIntegerField(_("value"))
    early_value = models.BigIntegerField(_("early"), default=0)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    class Meta:
        verbose_name = _("streak day")
        verbose_name_plural = _("streak days")
        constraints = [
            models.UniqueConstraint(
                fields=["streak", "member", "period_key"], name="streak_period_is_kept_once"
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0, early_value__gte=0, early_value__lte=F("value")),
                name="streak_day_counts_something",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lte=F("ends_at")), name="streak_day_does_not_end_early"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_key}: {self.value}"


class FreezeItem(Row):
    """Freezes that came or went. What was earned, used and given back are results of the walk (G-60)."""

    prefix = "frz"

    streak = _of_streak()
    member = _of_member()
    kind = models.CharField(_("kind"), max_length=8, choices=FreezeKind)
    occasion = models.CharField(_("occasion"), max_length=OCCASION_LENGTH_MAX)
    quantity = models.PositiveIntegerField(_("quantity"))
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, blank=True)
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        constraints = [
            models.UniqueConstraint(
                fields=["streak", "member", "kind", "occasion"], name="freeze_happens_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="freeze_counts_something"),
            models.CheckConstraint(
                condition=Q(kind__in=FreezeKind.values), name="freeze_kind_is_known"
            ),
        ]
        triggers = [_kept("freezes_are_only_added")]

    def __str__(self) -> str:
        return f"{self.kind} {self.occasion}"


class StreakPause(Row):
    """Days on which a streak rests because the member said so beforehand, both included (G-61)."""

    prefix = "pau"

    streak = _of_streak()
    member = _of_member()
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX, default="", db_default="", blank=True)  # fmt: skip
    declared_at = models.DateTimeField(_("declared"))
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lte=F("last")), name="pause_does_not_end_early"
            ),
            ExclusionConstraint(
                name="pauses_do_not_overlap",
                expressions=[
                    ("streak", RangeOperators.EQUAL),
                    ("member", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first"),
                            F("last"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class ZoneChange(Row):
    """A member asked to live by another zone; streaks by the member's clock follow at the next boundary (G-56)."""

    prefix = "znc"

    member = _of_member()
    was = models.CharField(_("zone before"), max_length=64, blank=True)
    zone = models.CharField(_("zone"), max_length=64, blank=True)
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        verbose_name = _("change of zone")
        verbose_name_plural = _("changes of zone")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "asked_at"], name="zone_is_asked_once_at_a_time"
            )
        ]
        triggers = [_kept("zone_changes_are_only_added")]

    def __str__(self) -> str:
        return f"{self.was} → {self.zone}"


class Repair(Row):
    """Staff made good one missed period, so that it bridges (G-63)."""

    prefix = "rpr"

    streak = _of_streak()
    member = _of_member()
    period_key = models.CharField(_("period"), max_length=PERIOD_KEY_LENGTH_MAX)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH_MAX)
    actor = models.CharField(_("who"), max_length=ACTOR_LENGTH_MAX)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("repair")
        verbose_name_plural = _("repairs")
        constraints = [
            models.UniqueConstraint(
                fields=["streak", "member", "period_key"], name="period_is_repaired_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="repair_has_a_reason"),
        ]
        triggers = [_kept("repairs_are_only_added")]

    def __str__(self) -> str:
        return self.period_key


class StreakState(models.Model):
    """Where a member's streak stood when somebody last looked: a cache, and the row that its writers hold (G-64).

    `checkpoint` is a standing of the walk older than corrections reach; `lost_key` the last loss that was told.
    """

    streak = _of_streak()
    member = _of_member()
    program = models.ForeignKey(
        "loyalty.Program",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    current = models.PositiveIntegerField(_("current"), default=0)
    longest = models.PositiveIntegerField(_("longest"), default=0)
    last_key = models.CharField(_("last done"), max_length=PERIOD_KEY_LENGTH_MAX, blank=True)
    lost_key = models.CharField(_("last lost"), max_length=PERIOD_KEY_LENGTH_MAX, blank=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    freezes = models.PositiveIntegerField(_("freezes"), default=0)
    checkpoint = models.JSONField(_("checkpoint"), null=True, blank=True)

    class Meta:
        verbose_name = _("streak")
        verbose_name_plural = _("streaks")
        constraints = [
            models.UniqueConstraint(fields=["streak", "member"], name="streak_state_is_kept_once"),
            models.CheckConstraint(
                condition=Q(current__lte=F("longest")), name="streak_is_no_longer_than_its_longest"
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "deadline"],
                condition=Q(deadline__isnull=False),
                name="streak_deadlines",
            ),
            models.Index(fields=["member"], name="streaks_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.current}/{self.longest}"
