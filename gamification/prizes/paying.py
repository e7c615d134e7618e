"""Paying: a grant is handed out: points by the ledger, rewards as gifts, badges and stamps by their games."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from gamification.prizes.kinds import STOCK_EMPTY, PrizeKind
from gamification.prizes.models import PrizeGrant
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.kinds import EntryKind, LotTerms, Movement
from loyalty.ledger.posting import post
from loyalty.ledger.rows.states import Book
from loyalty.programs.expiry import ends_at
from loyalty.programs.tenants import PointCurrency, Program, currencies_of
from loyalty.rewards.giving.gifts import Gift
from loyalty.rewards.giving.gifts import give as give_gifts
from loyalty.rewards.kinds import Origin

# What a game hands out by itself: badges and stamps. Called inside the unit with the grants that were given.
HandOut: TypeAlias = Callable[[Program, Sequence[PrizeGrant], Actor, datetime], None]
_REASON: Final = "prize"
_REWARDS: Final = frozenset({PrizeKind.REWARD, PrizeKind.VOUCHER})
_hand_outs: Final[dict[str, HandOut]] = {}


def register_kind(kind: PrizeKind, hand_out: HandOut) -> None:
    """Called by the game that hands out this kind."""
    _hand_outs[kind] = hand_out


@inside_unit_of_work
def pay(
    grants: Sequence[PrizeGrant],
    *,
    program: Program,
    amounts: Mapping[Id, int],
    book: Book,
    actor: Actor,
    at: datetime,
) -> dict[Id, str]:
    """Hand out so much of each of these grants; answers why not, for those that could not be."""
    refused = _pay_points(program, grants, amounts, book=book, actor=actor, at=at)
    refused |= _give_rewards(program, grants, actor=actor, at=at)
    for kind, hand_out in _hand_outs.items():
        mine = [row for row in grants if row.kind == kind]
        if mine:
            hand_out(program, mine, actor, at)
    return refused


def _pay_points(
    program: Program,
    grants: Sequence[PrizeGrant],
    amounts: Mapping[Id, int],
    *,
    book: Book,
    actor: Actor,
    at: datetime,
) -> dict[Id, str]:
    currencies = currencies_of(program)
    paying = [row for row in grants if row.kind == PrizeKind.POINTS]
    movements = [
        _movement(program, row, currencies[row.prize["currency"]], amounts[row.pk], at=at)
        for row in paying
    ]
    posted = post(
        program=program, movements=movements, actor=actor, at=at, accounts=book, partial=True
    )
    refused = {}
    for row, result in zip(paying, posted, strict=True):
        if result.refusal is not None:
            refused[row.pk] = result.refusal.code
        else:
            row.entries = [*row.entries, [str(result.entry_id), amounts[row.pk]]]
    return refused


def _movement(
    program: Program, row: PrizeGrant, currency: PointCurrency, points: int, *, at: datetime
) -> Movement:
    policy = dict(currency.expiry)
    return Movement(
        member_id=row.member_id,
        currency_id=currency.pk,
        kind=EntryKind.BONUS,
        points=points,
        source_key=key_of(row),
        occurred_at=at,
        reason=_REASON,
        counts_for_tier=bool(row.prize.get("counts_for_tier", False)),
        terms=LotTerms(expires_at=ends_at(policy, at, program.zone), policy=policy, origin=_REASON),
    )


def key_of(row: PrizeGrant) -> str:
    """The natural key of what this grant hands out now; given again it is another one."""
    return f"{row.shown_id}/{row.times}" if row.times else row.shown_id


def _give_rewards(
    program: Program, grants: Sequence[PrizeGrant], *, actor: Actor, at: datetime
) -> dict[Id, str]:
    giving = [row for row in grants if row.kind in _REWARDS]
    if not giving:
        return {}
    handed = give_gifts(
        program=program,
        gifts=[
            Gift(
                member_id=row.member_id,
                reward=row.prize["reward"],
                origin=Origin.PLAY,
                origin_key=key_of(row),
                reason=_REASON,
            )
            for row in giving
        ],
        actor=actor,
        at=at,
        partial=True,
    )
    refused = {}
    for row, each in zip(giving, handed, strict=True):
        if each.refusal is not None:
            code = each.refusal.code
            refused[row.pk] = STOCK_EMPTY if code == "reward_out_of_stock" else code
        elif each.redemption is not None:
            row.redemption_id = each.redemption.pk
    return refused
