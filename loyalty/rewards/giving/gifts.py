"""Gifts: redemptions without points, each under a key of its origin that counts once (W-26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.members.finding import survivors_of
from loyalty.programs.models import Program
from loyalty.rewards.kinds import Origin
from loyalty.rewards.redeeming.redeeming import redeemed
from loyalty.rewards.redeeming.wishes import Handed, Wish


@dataclass(frozen=True, kw_only=True, slots=True)
class Gift:
    """A reward that a member shall get free; `origin` and `origin_key` count once for ever in a programme.

    `event_id` is the event because of which it is given: when nothing of that order is left, an unused gift goes with
    it (W-62). Stock, windows and pools always apply; audience and limits only if told.
    """

    member_id: Id
    reward: str
    origin: Origin
    origin_key: str
    quantity: int = 1
    event_id: Id | None = None
    minds_audience: bool = False
    minds_limits: bool = False
    reason: str = ""
    note: str = ""
    case: str = ""
    worth: int = 0


@inside_unit_of_work
def give(
    *, program: Program, gifts: Sequence[Gift], actor: Actor, at: datetime, partial: bool = False
) -> list[Handed]:
    """Give these rewards, in order; a key told again answers the first gift. Merged members' gifts go to survivors.

    All or nothing, unless `partial`: then each answer carries its own refusal. The same number of statements for 1
    and for 1,000. Raises what `redeem` raises, and GiftConflict for a key that gave something else.
    """
    survivors = survivors_of({gift.member_id for gift in gifts})
    wishes = [
        Wish(
            member_id=survivors.get(gift.member_id, gift.member_id),
            reward=gift.reward,
            quantity=gift.quantity,
            origin=gift.origin,
            origin_key=gift.origin_key,
            event_id=gift.event_id,
            minds_audience=gift.minds_audience,
            minds_limits=gift.minds_limits,
            reason=gift.reason,
            note=gift.note,
            case=gift.case,
            worth=gift.worth,
        )
        for gift in gifts
    ]
    return redeemed(program=program, wishes=wishes, actor=actor, at=at, partial=partial)
