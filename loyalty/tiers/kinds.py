"""Kinds: the words of this room that callers and tables share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Metric(models.TextChoices):
    """What a ladder counts: never the balance."""

    POINTS = "points", _("Points earned")
    SPEND = "spend", _("Money spent")
    ORDERS = "orders", _("Orders")


class CycleKind(models.TextChoices):
    """Which days are counted, and when a standing is reviewed."""

    ROLLING = "rolling", _("Rolling")
    CALENDAR = "calendar", _("Calendar year")
    MEMBER_YEAR = "member_year", _("Member year")
    LIFETIME = "lifetime", _("Lifetime")


class Up(models.TextChoices):
    """When a tier that was reached begins."""

    AT_ONCE = "at_once", _("At once")
    NEXT_CYCLE = "next_cycle", _("With the next cycle")


class Drop(models.TextChoices):
    """How far a member falls who did not keep a tier."""

    ONE_LEVEL = "one_level", _("One level")
    TO_METRIC = "to_metric", _("To what is counted")


class OnReturn(models.TextChoices):
    """When a return may cost a tier that it had brought."""

    AT_ONCE = "at_once", _("At once")
    AT_REVIEW = "at_review", _("At the review")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    LIVE = "live", _("Live")
    PAST = "past", _("Past")


class How(models.TextChoices):
    """How a standing came to be; a return undoes only what was reached (T-25, T-26)."""

    JOINED = "joined", _("Joined")
    REACHED = "reached", _("Reached")
    RENEWED = "renewed", _("Renewed")
    DROPPED = "dropped", _("Dropped to")
    MAPPED = "mapped", _("Taken over from another ladder")


class Cause(models.TextChoices):
    """Why a tier moved."""

    REACHED = "reached", _("Reached")
    REVIEW = "review", _("Review")
    RETURN = "return", _("Return")
    GRANT = "grant", _("Grant")
    GRANT_ENDED = "grant_ended", _("Grant ended")
    LADDER_CHANGED = "ladder_changed", _("Ladder changed")
    MERGE = "merge", _("Merge")
    IMPORT = "import", _("Import")


class GrantSource(models.TextChoices):
    """Whose doing a grant is."""

    STAFF = "staff", _("Staff")
    PAID = "paid", _("Paid membership")
    PARTNER = "partner", _("Partner")
    IMPORT = "import", _("Import")


class GiftKind(models.TextChoices):
    """What a gift of a tier is for."""

    ENTRY = "entry", _("Entry")
    BIRTHDAY = "birthday", _("Birthday")
