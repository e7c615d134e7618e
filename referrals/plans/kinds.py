"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    """Where a plan stands: `draft → preview → live ⇄ paused → retired`."""

    DRAFT = "draft", _("Draft")
    PREVIEW = "preview", _("Previewed")
    LIVE = "live", _("Live")
    PAUSED = "paused", _("Paused")
    RETIRED = "retired", _("Retired")


class Audience(models.TextChoices):
    """Who brings: members, or people and sites that are no members (R-4)."""

    MEMBERS = "members", _("Members")
    AFFILIATES = "affiliates", _("Affiliates")


class RewardKind(models.TextChoices):
    """What a side gets (R-30)."""

    POINTS = "points", _("Points")
    VOUCHER = "voucher", _("Voucher")
    PAYABLE = "payable", _("Payable")


class Preset(models.TextChoices):
    """How strict the guard is (R-39)."""

    RELAXED = "relaxed", _("Relaxed")
    MODERATE = "moderate", _("Moderate")
    STRICT = "strict", _("Strict")


class HouseholdPolicy(models.TextChoices):
    """What becomes of people who live together (R-41)."""

    ONCE = "once", _("Once")
    REVIEW = "review", _("To review")
    BLOCK = "block", _("Blocked")


class Take(models.TextChoices):
    """How far a late return reaches when points are spent (R-34)."""

    UNSPENT = "unspent", _("What is left")
    FULL = "full", _("All of it")
    KEEP = "keep", _("Nothing")


SLUG_LENGTH_MAX: Final = 50
