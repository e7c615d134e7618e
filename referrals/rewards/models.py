"""Tables of rewards: grants, what caps and budgets have used, and what was taken back."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Id, Row
from referrals.attribution.models import Referral
from referrals.codes.models import Advocate
from referrals.plans.kinds import RewardKind
from referrals.plans.models import ReferralPlan
from referrals.rewards.kinds import GRANT_MOVES, GrantState, Side

_ALLOWED = ", ".join(sorted(f"('{before}', '{after}')" for before, after in GRANT_MOVES))


class ReferralGrant(Row):
    """What one side of a referral gets. `amount` is points, or minor units of money (R-29, R-30)."""

    prefix = "rgr"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="grants")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    kind = models.CharField(_("kind"), max_length=7, choices=RewardKind)
    amount = models.BigIntegerField(_("amount"))
    recovered = models.BigIntegerField(_("taken back"), default=0)
    # Slug of points, or ISO code of money; for a voucher the slug of the reward.
    unit = models.CharField(_("of"), max_length=50)
    state = models.CharField(_("state"), max_length=9, choices=GrantState)
    why = models.CharField(_("why"), max_length=60, blank=True)
    cost = models.BigIntegerField(_("cost"), default=0)
    # The entry of the ledger, or the voucher, that came of it: plain ids of the ground floor.
    entry_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    given_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    currency_id: models.UUIDField[Id | None, Id | None] = models.UUIDField(null=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    paid_out_at = models.DateTimeField(_("paid out"), null=True, blank=True)
    paid_out_by = models.CharField(_("paid out by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("referral grant")
        verbose_name_plural = _("referral grants")
        constraints = [
            models.UniqueConstraint(fields=["referral", "side"], name="each_side_is_rewarded_once"),
            models.CheckConstraint(
                condition=Q(recovered__gte=0, recovered__lte=F("amount")),
                name="grant_is_taken_back_up_to_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, cost__gte=0), name="grant_gives_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("granted", "reversed")) | Q(recovered=0, entry_id=None),
                name="grant_moves_points_only_when_granted",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="grants_move_as_allowed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.state <> NEW.state"),
                func=f"""
                    IF (OLD.state, NEW.state) NOT IN ({_ALLOWED}) THEN
                        RAISE EXCEPTION 'grants_move_as_allowed' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'grants_move_as_allowed';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.amount} {self.unit}"


class CapUse(Row):
    """How many rewards an advocate has had of a plan in one period (R-31)."""

    prefix = "rcu"

    plan = models.ForeignKey(ReferralPlan, on_delete=models.PROTECT, related_name="+")
    advocate = models.ForeignKey(Advocate, on_delete=models.PROTECT, related_name="cap_uses")
    period_key = models.CharField(_("period"), max_length=10)
    used = models.PositiveIntegerField(_("used"), default=0)
    cap = models.PositiveIntegerField(_("cap"))

    class Meta:
        verbose_name = _("cap use")
        verbose_name_plural = _("cap uses")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "advocate", "period_key"], name="cap_is_counted_in_one_place"
            ),
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("cap")), name="cap_is_never_exceeded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_key}: {self.used}/{self.cap}"


class PlanBudget(models.Model):
    """What a plan may cost in all, in minor units of the programme's currency (R-33)."""

    plan = models.OneToOneField(
        ReferralPlan, on_delete=models.PROTECT, primary_key=True, related_name="budget"
    )
    limit = models.BigIntegerField(_("limit"))
    spent = models.BigIntegerField(_("spent"), default=0)

    class Meta:
        verbose_name = _("plan budget")
        verbose_name_plural = _("plan budgets")
        constraints = [
            models.CheckConstraint(
                condition=Q(spent__gte=0, spent__lte=F("limit")), name="plan_budget_is_kept"
            )
        ]

    def __str__(self) -> str:
        return f"{self.spent}/{self.limit}"


class GrantReversal(Row):
    """What one return took back of one grant, once (R-34). No amount: the return came and took nothing."""

    prefix = "rgv"

    grant = models.ForeignKey(ReferralGrant, on_delete=models.PROTECT, related_name="reversals")
    source_id: models.UUIDField[Id, Id] = models.UUIDField()
    amount = models.BigIntegerField(_("amount"), default=0)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("grant reversal")
        verbose_name_plural = _("grant reversals")
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "source_id"], name="return_takes_a_grant_back_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="grant_reversal_takes_nothing_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_id
