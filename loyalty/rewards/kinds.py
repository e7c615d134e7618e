"""Kinds: the words of this room that callers and tables share."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class RewardKind(models.TextChoices):
    """What is handed out, and so when it counts as used (W-2)."""

    AMOUNT_OFF = "amount_off", _("Amount off")
    PERCENT_OFF = "percent_off", _("Percent off")
    FREE_PRODUCT = "free_product", _("Free product")
    FREE_SHIPPING = "free_shipping", _("Free shipping")
    GIFT_CARD = "gift_card", _("Gift card")
    PERK = "perk", _("Perk")
    POINTS = "points", _("Other points")
    CUSTOM = "custom", _("Custom")


# What always comes as a voucher, redeemed with an order.
DISCOUNTS: Final = frozenset(
    {
        RewardKind.AMOUNT_OFF,
        RewardKind.PERCENT_OFF,
        RewardKind.FREE_PRODUCT,
        RewardKind.FREE_SHIPPING,
    }
)


class RewardState(models.TextChoices):
    """Where a reward stands: draft → live ⇄ paused → ended (W-1)."""

    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    ENDED = "ended", _("Ended")


class Fulfilment(models.TextChoices):
    """How a redemption is handed over: by a voucher, by a person, or by itself (W-2)."""

    VOUCHER = "voucher", _("By voucher")
    BY_HAND = "by_hand", _("By hand")
    NONE = "none", _("At once")


class Codes(models.TextChoices):
    """Whose codes the vouchers of a reward carry (W-46)."""

    OWN = "own", _("Our own")
    POOL = "pool", _("From a pool")


class RedemptionState(models.TextChoices):
    """Where a redemption stands; `MOVES` says what may follow, and nothing else may (W-23)."""

    ISSUED = "issued", _("Issued")
    FULFILLED = "fulfilled", _("Fulfilled")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Lapsed")


MOVES: Final = {
    RedemptionState.ISSUED: frozenset(
        {RedemptionState.FULFILLED, RedemptionState.CANCELLED, RedemptionState.LAPSED}
    ),
    RedemptionState.FULFILLED: frozenset({RedemptionState.ISSUED}),
    RedemptionState.LAPSED: frozenset({RedemptionState.ISSUED}),
    RedemptionState.CANCELLED: frozenset(),
}


class Origin(models.TextChoices):
    """Why something was handed out. Only a redemption costs points (W-26)."""

    REDEMPTION = "redemption", _("Redemption")
    GIFT = "gift", _("Gift")
    TIER = "tier", _("Tier")
    CAMPAIGN = "campaign", _("Campaign")
    PLAY = "play", _("Play")
    REFERRAL = "referral", _("Referral")
    SALE = "sale", _("Sale")
    BATCH = "batch", _("Batch")
    IMPORT = "import", _("Import")
