"""What the nights redeemed by themselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.rewards.models.rewards import SHARED, Reward


class AutomaticRun(Row):
    """How many redeemed one reward automatically in one night, and how many were left out for which reason (W-70).

    Members are absent: whoever was left out finds the reason in the catalogue as they see it.
    """

    prefix = "aut"

    program = models.ForeignKey("loyalty.Program", db_index=False, **SHARED)
    reward = models.ForeignKey(
        Reward, on_delete=models.PROTECT, related_name="+", verbose_name=_("reward")
    )
    day = models.DateField(_("day"))
    redeemed = models.PositiveIntegerField(_("redeemed"))
    left_out = models.JSONField(_("left out"))  # members by the code of their first refusal
    at = models.DateTimeField(_("changed"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("automatic redemption")
        verbose_name_plural = _("automatic redemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["program", "day", "reward"], name="automatic_run_is_one_a_night"
            ),
            models.CheckConstraint(
                condition=Q(redeemed__gt=0) | ~Q(left_out={}), name="automatic_run_tells_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
