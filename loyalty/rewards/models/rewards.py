"""The catalogue: rewards, their frozen revisions with prices, when each was live, and what is left (W-1 to W-11)."""

from typing import Any, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.ids import Row
from loyalty.programs.texts import in_words
from loyalty.rewards.kinds import RewardKind, RewardState

SLUG_LENGTH_MAX: Final = 50
SHARED: Final[dict[str, Any]] = {
    "on_delete": models.PROTECT,
    "db_constraint": False,
    "related_name": "+",
}


def frozen(name: str, condition: pgtrigger.Condition) -> pgtrigger.Trigger:
    """Rows that meet the condition are never changed and never deleted, by nobody."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=condition,
        func=f"RAISE EXCEPTION '{name}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';",
    )


class Reward(Row):
    """An offer of the catalogue. What it says stands in its revisions; when it held, in their periods (W-1)."""

    prefix = "rwd"

    program = models.ForeignKey("loyalty.Program", **SHARED)
    slug = models.SlugField(_("slug"), max_length=SLUG_LENGTH_MAX)
    name = models.JSONField(_("name"))  # that of the newest revision, so that lists need no join
    kind = models.CharField(_("kind"), max_length=13, choices=RewardKind)
    state = models.CharField(
        _("state"), max_length=6, choices=RewardState, default=RewardState.DRAFT
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = [
            models.UniqueConstraint(fields=["program", "slug"], name="reward_slug_is_its_own"),
            models.CheckConstraint(
                condition=Q(state__in=RewardState.values), name="reward_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=RewardKind.values), name="reward_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.name)


class RewardRevision(Row):
    """What a reward says, as numbered text: frozen when it first goes live (W-1).

    The definition is the JSON of the programme document; single columns would only repeat it. Stock is absent:
    what is left is counted beside it, and outlives revisions.
    """

    prefix = "rrv"

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    definition = models.JSONField(_("definition"))
    author = models.CharField(_("author"), max_length=120)
    created_at = models.DateTimeField(_("created"))
    frozen_at = models.DateTimeField(_("first live"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("revision of a reward")
        verbose_name_plural = _("revisions of rewards")
        constraints = [
            models.UniqueConstraint(fields=["reward", "number"], name="reward_revisions_count_up"),
            models.CheckConstraint(condition=Q(number__gte=1), name="reward_revision_from_one"),
        ]
        triggers = [
            frozen("live_rewards_are_frozen", pgtrigger.Condition("OLD.frozen_at IS NOT NULL"))
        ]

    def __str__(self) -> str:
        return f"{self.shown_id}, {self.number}"


class RewardPrice(Row):
    """What one revision costs in one point currency, for one tier or (null) for everybody (W-10)."""

    prefix = "rpr"

    revision = models.ForeignKey(RewardRevision, on_delete=models.PROTECT, related_name="prices")
    currency = models.ForeignKey("loyalty.PointCurrency", db_index=False, **SHARED)
    # Null for everybody's price, so that "nulls equal" makes one base price (reward_price_is_one).
    tier = models.SlugField(  # noqa: DJ001
        _("tier"), max_length=SLUG_LENGTH_MAX, null=True, db_index=False
    )
    points = models.BigIntegerField(_("points"))

    class Meta:
        app_label = "loyalty"
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "currency", "tier"],
                nulls_distinct=False,
                name="reward_price_is_one",
            ),
            models.CheckConstraint(condition=Q(points__gt=0), name="reward_price_is_positive"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="live_prices_are_frozen",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM loyalty_rewardrevision r
                        WHERE r.id IN (COALESCE(NEW.revision_id, OLD.revision_id), OLD.revision_id)
                          AND r.frozen_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'live_prices_are_frozen' USING
                            ERRCODE = 'restrict_violation', CONSTRAINT = 'live_prices_are_frozen';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class RewardPeriod(Row):
    """When a revision was live: [starts_at, ends_at). Open while it is; a gap between two periods is a pause."""

    prefix = "rpd"

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="periods")
    revision = models.ForeignKey(RewardRevision, on_delete=models.PROTECT, related_name="periods")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), null=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("period of a reward")
        verbose_name_plural = _("periods of rewards")
        constraints = [
            models.UniqueConstraint(
                fields=["reward"],
                condition=Q(ends_at__isnull=True),
                name="reward_has_one_open_period",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__lt=F("ends_at")),
                name="reward_period_ends_after_its_start",
            ),
        ]
        triggers = [
            frozen("ended_reward_period_is_frozen", pgtrigger.Condition("OLD.ends_at IS NOT NULL"))
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class RewardStock(models.Model):
    """How many pieces there were in all and are left; a reward without this row was never limited (W-11).

    For a pool it counts codes. `left` moves by one conditional update only (`catalogue.stocking`). While a reward is
    unlimited again the row rests: what was taken from it still comes back to it.
    """

    reward = models.OneToOneField(
        Reward, on_delete=models.PROTECT, primary_key=True, related_name="stock"
    )
    total = models.BigIntegerField(_("in all"))
    left = models.BigIntegerField(_("left"))
    is_limited = models.BooleanField(_("limited"), default=True)

    class Meta:
        app_label = "loyalty"
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                condition=Q(left__gte=0, left__lte=F("total")), name="stock_left_is_within_total"
            )
        ]

    def __str__(self) -> str:
        return f"{self.left}/{self.total}"
