"""Ways: how far it is to the next reward and the next tier, as a part and a whole that a bar can show (U-53)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loyalty.rewards.kinds import RewardKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """So much of so much is done; `missing` is the rest."""

    name: str
    done: int
    whole: int
    metric: str = "points"
    reward: Mapping[str, Any] | None = None
    currency: str = ""  # of a reward's price
    is_delivery: bool = False

    @property
    def missing(self) -> int:
        return self.whole - self.done


def way_to_next_reward(rewards: Sequence[Mapping[str, Any]]) -> Way | None:
    """The cheapest reward that is out of reach for nothing but points; None if there is none."""
    out_of_reach = [each for each in rewards if set(each["reasons_not"]) == {"insufficient_points"}]
    if not out_of_reach:
        return None
    nearest = min(out_of_reach, key=lambda each: each["missing"])
    price = nearest["price"]["points"]
    done = price - nearest["missing"]
    return Way(
        name=nearest["name"],
        done=done,
        whole=price,
        reward=nearest,
        currency=nearest["price"]["currency"],
        is_delivery=nearest["kind"] == RewardKind.FREE_SHIPPING,
    )


def way_to_next_tier(tier: Mapping[str, Any] | None) -> Way | None:
    """How far the next tier is, by what it asks for; None on the highest, and where nothing is counted."""
    above = tier.get("next") if tier else None
    if not above:
        return None
    (missing,) = above["remaining"]
    whole = missing["of"]
    if not whole:
        return None
    done = max(0, whole - missing["missing"])
    return Way(name=above["name"], done=done, whole=whole, metric=missing["metric"])
