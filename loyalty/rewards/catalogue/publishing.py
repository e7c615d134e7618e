"""Publishing: draft → live ⇄ paused → ended (W-1). Every change of state is a period; none of them is back-dated."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.shapes import below
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.pictures.naming import demand_pictures
from loyalty.programs.models import PointCurrency, Program
from loyalty.programs.times.periods import close_open_period, queue_up
from loyalty.rewards.catalogue.picturing import images_in
from loyalty.rewards.catalogue.reading import digest_of, read_definition
from loyalty.rewards.catalogue.stocking import set_total
from loyalty.rewards.kinds import RewardState
from loyalty.rewards.models import Reward, RewardPeriod, RewardPrice, RewardRevision
from loyalty.rewards.refusals import (
    RewardEnded,
    RewardKindChanged,
    RewardNotDraft,
    RewardNotInState,
)


@unit_of_work
def draft(
    *, program: Program, definition: Mapping[str, Any], actor: Actor, at: datetime
) -> RewardRevision:
    """Keep a definition as a draft revision, of a new reward or of the one with this slug.

    A draft that is there already is changed in place. Raises what `read_definition` raises, RewardEnded,
    RewardKindChanged, StockBelowHandedOut.
    """
    return drafted(program=program, told=definition, actor=actor, at=at)


@unit_of_work
def publish(*, program: Program, revision_id: Id, at: datetime) -> Reward:
    """Make a draft live from now on; the revision before it ends at the same instant. Raises RewardNotDraft, RewardEnded."""
    found = RewardRevision.objects.select_related("reward").filter(reward__program=program)
    revision = found.filter(pk=revision_id).first()
    if revision is None:
        raise NotFound
    return published(revision=revision, at=at)


@unit_of_work
def pause(*, program: Program, reward_id: Id, at: datetime) -> Reward:
    """Stop handing out until it is resumed. Raises RewardEnded, RewardNotInState."""
    return moved(program=program, reward_id=reward_id, to=RewardState.PAUSED, at=at)


@unit_of_work
def resume(*, program: Program, reward_id: Id, at: datetime) -> Reward:
    """Go on from now, by the revision it had. Raises RewardEnded, RewardNotInState."""
    return moved(program=program, reward_id=reward_id, to=RewardState.LIVE, at=at)


@unit_of_work
def end(*, program: Program, reward_id: Id, at: datetime) -> Reward:
    """End a reward for good; what is out stays good. Raises RewardEnded."""
    return moved(program=program, reward_id=reward_id, to=RewardState.ENDED, at=at)


@unit_of_work
def restock(*, program: Program, reward_id: Id, total: int | None) -> Reward:
    """So many pieces in all, counting those that are out; None: unlimited. Raises StockBelowHandedOut."""
    reward = _held(program, reward_id)
    set_total(reward_id=reward.pk, total=total)
    return reward


@inside_unit_of_work
def drafted(
    *, program: Program, told: Mapping[str, Any], actor: Actor, at: datetime, pointer: str = ""
) -> RewardRevision:
    """See `draft`; a revision of equal meaning as the newest one is that one (no new number)."""
    currencies = list(PointCurrency.objects.filter(program=program))
    definition = read_definition(
        told, currencies={each.slug: each.spendable for each in currencies}, pointer=pointer
    )
    demand_pictures(program=program, named=images_in(definition, pointer=pointer))
    queue_up(program.pk)  # two drafts of one reward
    told_of = {name: definition[name] for name in ("slug", "name", "kind")}
    known = Reward.objects.filter(program=program, slug=definition["slug"]).first()
    reward = known or Reward.objects.create(program=program, created_at=at, **told_of)
    if reward.state == RewardState.ENDED:
        raise RewardEnded
    if reward.kind != definition["kind"]:
        raise RewardKindChanged(reward_kind=reward.kind, pointer=below(pointer, "kind"))
    if "stock" in told:
        set_total(reward_id=reward.pk, total=told["stock"], pointer=below(pointer, "stock"))
    newest = RewardRevision.objects.filter(reward=reward).order_by("-number").first()
    if newest is not None and digest_of(newest.definition) == digest_of(definition):
        return newest
    return _kept(reward, newest, definition, currencies, actor=actor, at=at)


@inside_unit_of_work
def published(*, revision: RewardRevision, at: datetime) -> Reward:
    """See `publish`."""
    reward = _held(revision.reward.program, revision.reward_id)
    if reward.state == RewardState.ENDED:
        raise RewardEnded
    if revision.frozen_at is not None:
        raise RewardNotDraft(number=revision.number)
    revision.frozen_at = at
    revision.save(update_fields=["frozen_at"])
    close_open_period(RewardPeriod.objects.filter(reward=reward), at=at)
    RewardPeriod.objects.create(reward=reward, revision=revision, starts_at=at)
    reward.name = revision.definition["name"]
    return _told(reward, RewardState.LIVE)


@inside_unit_of_work
def moved(*, program: Program, reward_id: Id, to: RewardState, at: datetime) -> Reward:
    """Pause, resume or end a reward of this programme."""
    reward = _held(program, reward_id)
    if reward.state == RewardState.ENDED:
        raise RewardEnded
    needed = {RewardState.PAUSED: RewardState.LIVE, RewardState.LIVE: RewardState.PAUSED}.get(to)
    if needed is not None and reward.state != needed:
        raise RewardNotInState(state=RewardState(reward.state))
    close_open_period(RewardPeriod.objects.filter(reward=reward), at=at)
    newest = reward.revisions.filter(frozen_at__isnull=False).order_by("-number").first()
    if to == RewardState.LIVE and newest is not None:
        RewardPeriod.objects.create(reward=reward, revision=newest, starts_at=at)
    return _told(reward, to)


@inside_unit_of_work
def discarded(*, revision: RewardRevision) -> None:
    """Throw a draft away, and the reward with it if it was its only revision. Raises RewardNotDraft."""
    if revision.frozen_at is not None:
        raise RewardNotDraft(number=revision.number)
    revision.prices.all().delete()
    revision.delete()


def _kept(
    reward: Reward,
    newest: RewardRevision | None,
    definition: Mapping[str, Any],
    currencies: list[PointCurrency],
    *,
    actor: Actor,
    at: datetime,
) -> RewardRevision:
    if newest is not None and newest.frozen_at is None:
        newest.definition, newest.author, newest.created_at = definition, actor.shown, at
        newest.save()
        RewardPrice.objects.filter(revision=newest).delete()
        revision = newest
    else:
        number = newest.number + 1 if newest else 1
        revision = RewardRevision.objects.create(
            reward=reward, number=number, definition=definition, author=actor.shown, created_at=at
        )
    by_slug = {each.slug: each for each in currencies}
    RewardPrice.objects.bulk_create(
        RewardPrice(
            revision=revision,
            currency=by_slug[price["currency"]],
            tier=price.get("tier"),
            points=price["points"],
        )
        for price in definition.get("prices", ())
    )
    return revision


def _held(program: Program, reward_id: Id) -> Reward:
    """The reward, held so that changes of its state queue up."""
    reward = Reward.objects.select_for_update().filter(pk=reward_id, program=program).first()
    if reward is None:
        raise NotFound
    return reward


def _told(reward: Reward, state: RewardState) -> Reward:
    reward.state = state
    reward.save(update_fields=["state", "name"])
    return reward
