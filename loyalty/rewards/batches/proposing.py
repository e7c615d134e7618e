"""Proposing: large batches of vouchers take a second person (S-26)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import proposable, propose
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.programs.models import Program
from loyalty.rewards.batches.making import BatchWish, ask_for_batch, refuse_unfit
from loyalty.rewards.catalogue.offers import Offer, offers_of
from loyalty.rewards.kinds import RewardKind
from loyalty.rewards.models import VoucherBatch

ALONE_CODES_MAX: Final = 1_000
ALONE_VALUE_MAX: Final = 100_000  # 1,000.00 in minor units
DEED: Final = "rewards.batch"


@unit_of_work
def make_batch(
    *, program: Program, wish: BatchWish, actor: Actor, at: datetime
) -> VoucherBatch | Proposal:
    """Ask for a batch; of staff, more than 1,000 codes or 1,000.00 are proposed to a second person (S-26).

    A key that may do this is an owner's hand (S-27). Raises RewardNotForBatches, BatchEndsInPast.
    """
    refuse_unfit(wish, at=at)
    if actor.kind is not ActorKind.STAFF or not needs_second(wish):
        return ask_for_batch(program=program, wish=wish, actor=actor, at=at)
    argument = {
        "revision": str(wish.offer.revision_id),
        "reward": wish.offer.slug,
        "count": wish.count,
        "name": wish.name,
        "starts_at": wish.starts_at and wish.starts_at.isoformat(),
        "ends_at": wish.ends_at and wish.ends_at.isoformat(),
        "maker": str(actor.id),
    }
    return propose(program=program, deed=DEED, argument=argument, actor=actor, at=at)


def needs_second(wish: BatchWish) -> bool:
    """Whether the batch is above what one person may make alone, by codes or by what they take off."""
    return wish.count > ALONE_CODES_MAX or wish.count * value_of(wish.offer) > ALONE_VALUE_MAX


def value_of(offer: Offer) -> int:
    """The most that one voucher surely takes off, in minor units: its amount, or the limit of its percentage."""
    terms = offer.terms
    told = {
        RewardKind.AMOUNT_OFF: terms.get("money"),
        RewardKind.PERCENT_OFF: terms.get("max_discount"),
        RewardKind.FREE_PRODUCT: terms.get("max_value"),
        RewardKind.FREE_SHIPPING: terms.get("max_value"),
    }.get(offer.kind)
    sums = told if isinstance(told, list) else [told]
    return max(
        (each if isinstance(each, int) else each["amount"] for each in sums if each), default=0
    )


def _say(program: Program, argument: Mapping[str, Any]) -> Promise:
    return format_lazy(
        _("Make {count} vouchers of {reward}"), count=argument["count"], reward=argument["reward"]
    )


@proposable(name=DEED, permission="rewards:batch", say=_say)
def _make_agreed(
    *,
    program: Program,
    argument: Mapping[str, Any],
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> VoucherBatch:
    """The proposer stays the maker: the file of codes is theirs."""
    revision_id = Id(argument["revision"])
    wish = BatchWish(
        offer=offers_of([revision_id])[revision_id],
        count=argument["count"],
        name=argument["name"],
        starts_at=_instant(argument["starts_at"]),
        ends_at=_instant(argument["ends_at"]),
    )
    maker = Actor(kind=ActorKind.STAFF, id=Id(argument["maker"]))
    return ask_for_batch(program=program, wish=wish, actor=maker, at=at)


def _instant(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
