"""Worth: what one piece of a reward comes to in money, as far as that is known (S-19). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from loyalty.rewards.catalogue.offers import Offer

# Its face value, else the most that it can take off.
_SUMS: Final = ("money", "max_value", "max_discount")


def is_worth_more_than(limit: int, offer: Offer, *, pieces: int, currency: str) -> bool:
    """Whether so many pieces are worth more than this many minor units of the programme's currency.

    Told in other currencies alone it counts as more: no rate is asked for, and the cautious answer is yes.
    """
    sums = _sums_of(offer, currency)
    if not sums:
        return False
    own = [each["amount"] for each in sums if each["currency"] == currency]
    return not own or max(own) * pieces > limit


def _sums_of(offer: Offer, currency: str) -> Sequence[Mapping[str, Any]]:
    """Face value, else the cap, else what a piece costs the shop; none where nobody told."""
    told = next((offer.terms[name] for name in _SUMS if name in offer.terms), None)
    told = told if told is not None else offer.definition.get("unit_cost", [])
    if isinstance(told, int):  # minor units of the programme's currency
        return [{"amount": told, "currency": currency}]
    return [told] if isinstance(told, Mapping) else told
