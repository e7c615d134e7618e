"""Accepting: a wish that was judged and is fulfilled, on its way to a redemption."""

from dataclasses import dataclass, field

from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.refusals import DomainError
from loyalty.ledger.kinds import Posted
from loyalty.rewards.catalogue.offers import Offer
from loyalty.rewards.codes.pooling import TakenCode
from loyalty.rewards.models import Redemption
from loyalty.rewards.redeeming.wishes import Wish


@dataclass(kw_only=True, slots=True)
class Accepted:
    """A wish that is fulfilled: its place in the list, the offer, what one piece costs, and pieces taken from stock."""

    place: int
    wish: Wish
    offer: Offer
    price: tuple[Id, int] | None
    stock_taken: int
    redemption_id: Id = field(default_factory=new_id)
    codes: list[TakenCode] = field(default_factory=list, repr=False)
    paid: Posted | None = None
    given: Posted | None = None
    refusal: DomainError | None = None

    @property
    def points(self) -> int:
        return self.price[1] * self.wish.quantity if self.price else 0

    @property
    def key(self) -> str:
        return shown(Redemption.prefix, self.redemption_id)

    @property
    def numbers(self) -> range:
        """1 to the quantity: one voucher each."""
        return range(1, self.wish.quantity + 1)
