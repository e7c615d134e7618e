"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class TouchKind(models.TextChoices):
    """How somebody came through a code (R-14)."""

    CLICK = "click", _("Link")
    QR = "qr", _("QR code")
    TYPED = "typed", _("Typed")
    CLAIM = "claim", _("Claimed")
    STAFF = "staff", _("Attached")


class ReferralState(models.TextChoices):
    """Where a referral stands (R-22)."""

    JOINED = "joined", _("Joined")
    PENDING = "pending", _("Waiting")
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    REVERSED = "reversed", _("Reversed")


# every move that there is; the table of moves and a trigger say the same.
MOVES: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("", "joined"),
        ("", "rejected"),
        ("joined", "pending"),
        ("joined", "review"),
        ("joined", "rejected"),
        ("joined", "expired"),
        ("pending", "approved"),
        ("pending", "joined"),
        ("pending", "expired"),
        ("pending", "review"),
        ("pending", "rejected"),
        ("review", "pending"),
        ("review", "rejected"),
        ("review", "joined"),
        ("review", "expired"),
        ("approved", "reversed"),
        ("rejected", "joined"),
        ("rejected", "pending"),
        ("rejected", "expired"),
    }
)
OPEN: Final = ("joined", "pending", "review")
# What orders and returns can still change.
FOLLOWED: Final = (*OPEN, "approved")
REASON_LENGTH_MAX: Final = 200
