"""Words of the room that callers need beside its tables."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

GAME: Final = "stamp_card"
INSPECT: Final = "stamps:inspect"
MANAGE: Final = "stamps:manage"

SIZE: Final = 10  # positions of a card that does not say (section 20)
SIZE_MAX: Final = 100
STAMPS_AT_ONCE_MAX: Final = 100  # in one call; a card's own limits are narrower
REASON_LENGTH_MAX: Final = 300
ACTOR_LENGTH_MAX: Final = 120
PLACE_LENGTH_MAX: Final = 100
SOURCE_ID_LENGTH_MAX: Final = 80


class StampKind(models.TextChoices):
    """What a row adds or takes (G-66)."""

    GIVEN = "given", _("Given")
    GIFT = "gift", _("Gift")
    WAIVED = "waived", _("Forgiven")
    UNDONE = "undone", _("Undone")
    RETURNED = "returned", _("Returned")
    EXPIRED = "expired", _("Expired")


ADDING: Final = (StampKind.GIVEN, StampKind.GIFT, StampKind.WAIVED)
TAKING: Final = (StampKind.UNDONE, StampKind.RETURNED, StampKind.EXPIRED)


class StampSource(models.TextChoices):
    """Where a stamp comes from."""

    EVENT = "event", _("Purchase or event")
    HAND = "hand", _("By hand")
    TOKEN = "token", _("Token")
    CARD = "card", _("The card itself")
    GRANT = "grant", _("Prize")
    STAMP = "stamp", _("Another stamp")
