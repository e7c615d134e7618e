"""Wishes: what shall be handed out to whom, and what became of it."""

from dataclasses import dataclass, field
from typing import Final

from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import DomainError
from loyalty.rewards.kinds import Origin
from loyalty.rewards.models import Redemption
from loyalty.rewards.vouchers.issuing import IssuedVoucher

WISHES_MAX: Final = 1_000  # in one unit of work


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """One member shall get one reward (slug, or id), so many pieces of it.

    For points (origin `redemption`) `currency` names which (a slug), and `expected_points` what the member was shown.
    A gift has another origin and a key that counts once; `event_id` is the event because of which it is given.
    `minds_audience` and `minds_limits` are always on for what costs points.
    """

    member_id: Id
    reward: str
    quantity: int = 1
    origin: Origin = Origin.REDEMPTION
    origin_key: str | None = None
    event_id: Id | None = None
    currency: str | None = None
    expected_points: int | None = None
    is_confirmed: bool = True
    automatic_number: int | None = None
    points_min: int | None = None  # so many have to be there, whatever it costs (W-70)
    minds_audience: bool = True
    minds_limits: bool = True
    reason: str = ""
    note: str = ""
    case: str = ""
    worth: int = 0

    @property
    def is_gift(self) -> bool:
        return self.origin != Origin.REDEMPTION


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What became of a wish: the redemption with its vouchers, or the first refusal with all of them in `problems`."""

    wish: Wish
    redemption: Redemption | None = None
    vouchers: tuple[IssuedVoucher, ...] = field(default=(), repr=False)
    balance_after: int | None = None
    repeated: bool = False
    refusal: DomainError | None = None
