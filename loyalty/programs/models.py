"""The tenant and its values."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.programs.texts import counted, in_words

Json = dict[str, Any]


class ReturnsTake(models.TextChoices):
    """How far a return may reach when the points are gone (E-63)."""

    OWE = "owe"
    WITHIN_BALANCE = "within_balance"
    ONLY_PENDING = "only_pending"


class Stacking(models.TextChoices):
    """Whether several rules add up or only the best one counts (E-32)."""

    SUM = "sum"
    BEST = "best"


class Rounding(models.TextChoices):
    DOWN = "down"
    HALF_UP = "half_up"
    UP = "up"


class Program(Row):
    """A loyalty programme: the tenant. Everything else belongs to exactly one.

    `test_now` is the clock of a test programme: empty, it follows real time; once moved, it stands where it was put.
    A live programme cannot have one.
    """

    prefix = "prg"

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.JSONField(_("name"))  # {language: text}, as every translated text
    zone = models.CharField(_("time zone"), max_length=60)
    currency = models.CharField(_("currency"), max_length=3)
    languages = models.JSONField(_("languages"))
    is_test = models.BooleanField(_("test programme"), default=False)
    test_now = models.DateTimeField(null=True, blank=True)
    enrol_on_event = models.BooleanField(default=False)
    week_starts_on = models.PositiveSmallIntegerField(default=0)  # 0 is Monday

    prices_include_tax = models.BooleanField(default=False)
    count_tax = models.BooleanField(default=False)
    count_shipping = models.BooleanField(default=False)
    count_gift_card_lines = models.BooleanField(default=False)
    count_paid_with_points = models.BooleanField(default=False)
    left_out_skus = models.JSONField(default=list)
    left_out_categories = models.JSONField(default=list)

    returns_take = models.CharField(
        max_length=20, choices=ReturnsTake.choices, default=ReturnsTake.OWE
    )
    give_back_grace = models.CharField(max_length=30, default="P30D")
    late_limit = models.CharField(max_length=30, default="P90D")
    max_multiplier = models.DecimalField(max_digits=6, decimal_places=3, default=Decimal(5))
    transfers = models.JSONField(default=dict)  # {} is off; {"per_day": points}
    event_types = models.JSONField(default=dict)  # {"custom.<name>": JSON Schema}
    points_budget = models.JSONField(default=dict)  # {} is none; {"points": n, "period": unit}
    # How many percent more points one person alone may publish (S-26); null: as many as they like.
    publish_alone_percent = models.PositiveSmallIntegerField(null=True, default=10)
    # Above these a member's own deed asks once more who it is (S-19): points, and minor units of `currency`. 0: for
    # whatever costs anything; null: this measure never asks.
    step_up_points = models.PositiveBigIntegerField(null=True, default=2_000, db_default=2_000)
    step_up_money = models.PositiveBigIntegerField(null=True, default=2_000, db_default=2_000)
    # Nothing is taken for points meanwhile; what is told is taken in and earns as ever.
    is_paused = models.BooleanField(_("paused"), default=False, db_default=False)
    version = models.PositiveIntegerField(_("version"), default=1)  # goes up with every change
    opened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_test=True) | Q(test_now__isnull=True),
                name="program_live_has_no_clock_of_its_own",
            ),
            models.CheckConstraint(
                condition=Q(week_starts_on__lte=6), name="program_week_starts_on_a_weekday"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="program_currency_is_iso_4217"
            ),
            models.CheckConstraint(
                condition=Q(max_multiplier__gte=1), name="program_max_multiplier_keeps_points"
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.name)


class PointCurrency(Row):
    """A kind of points of a programme. Terms here are what the next points get; lots keep theirs."""

    prefix = "cur"

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="currencies")
    slug = models.SlugField(_("short name"), max_length=50)
    name = models.JSONField(_("name"))
    # What stands behind a number, by language and plural form; {} tells the name there.
    counted = models.JSONField(_("name behind a number"), default=dict, db_default={})
    spendable = models.BooleanField(_("spendable"), default=True)
    expiry = models.JSONField(_("expiry"))
    # Types of events that moved ends on under earlier policies: lots that they stamped are moved on still (L-15).
    moved_by = models.JSONField(default=list)
    stacking = models.CharField(
        _("stacking"), max_length=10, choices=Stacking.choices, default=Stacking.SUM
    )
    rounding = models.CharField(
        _("rounding"), max_length=10, choices=Rounding.choices, default=Rounding.DOWN
    )
    unlock = models.JSONField(default=dict)
    pay = models.JSONField(default=dict)  # {} means that it cannot pay
    limits = models.JSONField(default=dict)  # E-43
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("point currency")
        verbose_name_plural = _("point currencies")
        ordering = ["program", "position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="currency_slug_is_its_own")
        ]

    def __str__(self) -> str:
        return in_words(self.name)

    def unit(self, count: int) -> str:
        """What so many of them are called, as it stands behind the number: `star`, `stars`."""
        return counted(self.counted, count) or str(self)


class ExchangeRate(Row):
    """What one unit of a foreign currency is worth in the programme's, from an instant on (E-70)."""

    prefix = "rat"

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="rates")
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=24, decimal_places=12)
    valid_from = models.DateTimeField(_("valid from"))

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["program", "currency", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "currency", "valid_from"], name="rate_starts_once"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate.normalize():f}"


class ReasonCode(Row):
    """Why staff may correct points by hand: the programme's own list (S-24)."""

    prefix = "rea"

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="reason_codes")
    slug = models.SlugField(_("short name"), max_length=50)
    name = models.JSONField(_("name"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("reason code")
        verbose_name_plural = _("reason codes")
        ordering = ["program", "position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="reason_slug_is_its_own")
        ]

    def __str__(self) -> str:
        return in_words(self.name)
