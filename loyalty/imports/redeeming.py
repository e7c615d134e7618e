"""Redeeming: what the café's members get for their stars: the log of purchases knows no rewards, and staff want to see some."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor, job
from loyalty.foundation.ids import Id, shown
from loyalty.ledger.reports.balances import members_holding
from loyalty.members.models import Member
from loyalty.programs.models import Program
from loyalty.programs.tenants import currencies_of
from loyalty.rewards.afterwards.cancelling import cancel
from loyalty.rewards.redeeming.redeeming import redeem
from loyalty.rewards.redeeming.wishes import Handed, Wish
from loyalty.rewards.using import tilling
from loyalty.rewards.using.finding import Shown

TILL: Final[Actor] = job("play_demo")
CUSTOMERS_MAX: Final = 48
STARS: Final = "stars"
COFFEE: Final = "free-coffee"
TASTING: Final[dict[str, Any]] = {
    "slug": "tasting",
    "name": {
        "en": "A coffee tasting",
        "ar": "جلسة تذوّق القهوة",
        "fa": "جلسهٔ مزهٔ قهوه",
        "uk": "Дегустація кави",
    },
    "kind": "custom",
    "terms": {"data": {}},
    "prices": [{"currency": STARS, "points": 60}],
    "fulfilment": "by_hand",
}
# Every so many customers want this besides a coffee; who has too few stars, or comes too late, goes without.
BESIDES: Final = (("tasting", 6), ("five-off", 5), ("last-mug", 7), ("card-10", 4))


def let_members_redeem(*, program: Program, at: datetime) -> int:
    """Some members redeem, use half of their vouchers at the till, and think better of some; answers how many redeemed.

    Played again, nothing is added: each wish counts once.
    """
    holders = members_holding(
        currency_id=currencies_of(program)[STARS].pk,
        points_min=1,
        after=None,
        limit=CUSTOMERS_MAX,
    )
    wishes = list(_wishes([member_id for member_id, _points in holders]))
    handed = redeem(program=program, wishes=wishes, actor=TILL, at=at, partial=True)
    fresh = [each for each in handed if each.redemption and not each.repeated]
    for place, each in enumerate(fresh):
        if each.vouchers and each.vouchers[0].pin is None and place % 2 == 0:
            _use(program, each, at=at)
        elif each.vouchers and place % 9 == 1:
            assert each.redemption is not None, "only what was handed out is here"
            ids = [each.redemption.pk]
            cancel(program=program, redemption_ids=ids, reason="", actor=TILL, at=at)
    return len(fresh)


def _wishes(member_ids: Sequence[Id]) -> Iterator[Wish]:
    for place, member_id in enumerate(member_ids):
        wanted = [COFFEE, *(slug for slug, every in BESIDES if place % every == 0)]
        for slug in wanted:
            key = f"demo/{shown(Member.prefix, member_id)}/{slug}"
            yield Wish(member_id=member_id, reward=slug, origin_key=key)


def _use(program: Program, handed: Handed, *, at: datetime) -> None:
    (voucher, *_more) = handed.vouchers
    tilling.redeem(
        program=program,
        shown=Shown(code=voucher.code, member_id=handed.wish.member_id),
        wish=tilling.Wish(order_id=f"demo-till-{voucher.shown_id}"),
        actor=TILL,
        at=at,
    )
