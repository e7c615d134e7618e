"""Words of prizes that callers need beside the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id

PLAY: Final[Actor] = job("play")
REASON_LENGTH_MAX: Final = 200


class PrizeKind(models.TextChoices):
    """What a prize is."""

    POINTS = "points", _("Points")
    REWARD = "reward", _("Reward")
    VOUCHER = "voucher", _("Voucher")
    BADGE = "badge", _("Badge")
    STAMPS = "stamps", _("Stamps")


class GrantState(models.TextChoices):
    """Where a grant stands: given, held back by a limit, or taken back."""

    GIVEN = "given", _("Given")
    CAPPED = "capped", _("Not given")
    REVERSED = "reversed", _("Taken back")


class TakeBack(models.TextChoices):
    """How much is taken back when what earned it is no more (G-35)."""

    KEEP = "keep", _("Nothing")
    UNSPENT = "unspent", _("What is still there")
    FULL = "full", _("All of it, as debt if need be")


STOCK_EMPTY: Final = "stock_empty"
WINNERS_FULL: Final = "winners_full"
BUDGET_SPENT: Final = "budget_spent"
EXCLUDED: Final = "member_excluded"


@dataclass(frozen=True, kw_only=True, slots=True)
class StockKey:
    """A limited thing: so many of an item of a definition, perhaps per occasion; `why` is what the last one hears."""

    definition_id: Id
    item: str
    total: int
    occasion: str = ""
    why: str = STOCK_EMPTY


@dataclass(frozen=True, kw_only=True, slots=True)
class PrizeWish:
    """A prize that a decision has earned, once for this definition, occasion, member and item (G-32)."""

    game: str
    definition_id: Id
    version_id: Id
    occasion: str
    member_id: Id
    item: str
    prize: Mapping[str, Any]
    earned_at: datetime
    stock: StockKey | None = None

    @property
    def slot(self) -> tuple[Id, str, Id, str]:
        """What makes it one and the same."""
        return self.definition_id, self.occasion, self.member_id, self.item


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantSlot:
    """Which grant is meant: definition, occasion, member, item."""

    definition_id: Id
    occasion: str
    member_id: Id
    item: str

    @property
    def slot(self) -> tuple[Id, str, Id, str]:
        return self.definition_id, self.occasion, self.member_id, self.item
