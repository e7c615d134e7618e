"""The programme document's part `rewards`."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch

from loyalty.foundation.actors import Actor
from loyalty.foundation.shapes import Shape, below
from loyalty.programs.documents import Part, register
from loyalty.programs.models import Program
from loyalty.rewards.catalogue.publishing import drafted, moved, published
from loyalty.rewards.catalogue.reading import meaning_of
from loyalty.rewards.catalogue.shapes import REWARD
from loyalty.rewards.kinds import Codes, RewardState
from loyalty.rewards.models import Reward, RewardRevision

REWARDS_MAX: Final = 1000
_STATES: Final = {
    "paused": RewardState.PAUSED,
    "ended": RewardState.ENDED,
    "live": RewardState.LIVE,
}


def apply_rewards(program: Program, told: list[dict[str, Any]], at: datetime, actor: Actor) -> None:
    """Add or change the rewards told, live unless `state` says otherwise; rewards not named stay as they are.

    A reward of unchanged meaning makes no new revision; a changed one gets a new live revision (W-1).
    """
    for position, reward in enumerate(told):
        pointer = below("/rewards", position)
        state = reward.get("state", "live")
        known = Reward.objects.filter(program=program, slug=reward["slug"]).first()
        if known is not None and known.state == state == "ended":
            continue
        revision = drafted(program=program, told=reward, actor=actor, at=at, pointer=pointer)
        if state != "draft" and revision.frozen_at is None:
            published(revision=revision, at=at)
        is_so = Reward.objects.filter(pk=revision.reward_id, state=state).exists()
        if state != "draft" and not is_so:
            moved(program=program, reward_id=revision.reward_id, to=_STATES[state], at=at)


def export_rewards(program: Program) -> list[dict[str, Any]] | None:
    """Every reward as its newest revision says; live ones without `state`, unlimited ones without `stock`."""
    newest = Prefetch("revisions", queryset=RewardRevision.objects.order_by("number"))
    rewards = Reward.objects.filter(program=program).select_related("stock")
    exported = []
    for reward in rewards.prefetch_related(newest).order_by("created_at", "id"):
        revisions = list(reward.revisions.all())
        if not revisions:
            continue
        definition = meaning_of(revisions[-1].definition)
        stock = getattr(reward, "stock", None)
        if stock is not None and stock.is_limited and definition.get("codes") != Codes.POOL:
            definition["stock"] = stock.total
        if reward.state != RewardState.LIVE:
            definition["state"] = reward.state
        exported.append(definition)
    return exported or None


register(
    Part(
        key="rewards",
        shape=Shape({"type": "array", "maxItems": REWARDS_MAX, "items": REWARD.schema}),
        apply=apply_rewards,
        export=export_rewards,
    )
)
