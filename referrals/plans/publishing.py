"""Publishing: plans and their versions come into force, and never change afterwards (R-1, R-3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from loyalty.foundation.actors import Actor
from loyalty.foundation.database.looking import asked_once
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work, unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program, currencies_of
from loyalty.rewards.catalogue.offers import on_offer
from referrals.plans import share_texts
from referrals.plans.facts import PlanPublished
from referrals.plans.kinds import Audience, PlanState, RewardKind
from referrals.plans.models import PlanVersion, ReferralPlan
from referrals.plans.refusals import PlanClosed, PreviewMissing, RewardUnknown
from referrals.plans.shapes import OF_PLAN
from referrals.plans.terms import Reward, read_terms

# `draft → preview → live ⇄ paused → retired`, as people move it; a version's preview and publishing move it too.
_STATES: Final[Mapping[str, frozenset[str]]] = {
    PlanState.DRAFT: frozenset({PlanState.RETIRED}),
    PlanState.PREVIEW: frozenset({PlanState.RETIRED}),
    PlanState.LIVE: frozenset({PlanState.PAUSED, PlanState.RETIRED}),
    PlanState.PAUSED: frozenset({PlanState.LIVE, PlanState.RETIRED}),
    PlanState.RETIRED: frozenset(),
}
# Who can get what: a welcome is a motive for the first order, and so never points.
_OF_MEMBERS: Final = frozenset({RewardKind.POINTS, RewardKind.VOUCHER})
_OF_AFFILIATES: Final = frozenset({RewardKind.PAYABLE})
_OF_FRIENDS: Final = frozenset({RewardKind.VOUCHER})


@inside_unit_of_work
def change_plan(
    *, program: Program, told: Mapping[str, Any], actor: Actor, at: datetime
) -> ReferralPlan:
    """Make a plan what the document says, in force at once; what it does not name stays, and the same again is nothing.

    Raises PlanClosed, RewardUnknown, ShareTextIncomplete.
    """
    plan = _held(program, told["slug"]) or ReferralPlan(
        program=program, slug=told["slug"], state=PlanState.DRAFT, created_at=at
    )
    if plan.state == PlanState.RETIRED and told.get("state", "retired") != "retired":
        raise PlanClosed(plan=plan.slug)
    plan.name = told.get("name", plan.name)
    plan.audience = told.get("audience", plan.audience)
    plan.priority = told.get("priority", plan.priority)
    newest = live_version(plan)
    settings = dict(newest.settings) if newest else {}
    settings |= {name: value for name, value in told.items() if name not in OF_PLAN}
    check_settings(program=program, audience=plan.audience, settings=settings)
    plan.state = told.get("state", PlanState.LIVE if newest is None else plan.state)
    plan.save()
    if newest is None or newest.settings != settings:
        version = _draft(plan, settings=settings, actor=actor, at=at)
        _publish(version, at=at)
    return plan


@unit_of_work
def draft_version(
    *,
    program: Program,
    slug: str,
    settings: Mapping[str, Any],
    audience: str,
    actor: Actor,
    at: datetime,
) -> PlanVersion:
    """Write a version that is not in force yet; a plan that is not there begins as a draft.

    A name or priority among its settings is for the plan itself, once the version is published.
    """
    plan = _held(program, slug) or ReferralPlan.objects.create(
        program=program, slug=slug, audience=audience, created_at=at
    )
    if plan.state == PlanState.RETIRED:
        raise PlanClosed(plan=plan.slug)
    check_settings(program=program, audience=plan.audience, settings=settings)
    plan.versions.filter(published_at=None).delete()
    return _draft(plan, settings=settings, actor=actor, at=at)


@unit_of_work
def note_preview(*, version: PlanVersion, at: datetime) -> PlanVersion:
    """Somebody has seen what this version would have done; now it may be published."""
    version.previewed_at = at
    version.save(update_fields=["previewed_at"])
    plans = ReferralPlan.objects.filter(pk=version.plan_id, state=PlanState.DRAFT)
    plans.update(state=PlanState.PREVIEW)
    return version


@unit_of_work
def publish(*, program: Program, version: PlanVersion, actor: Actor, at: datetime) -> PlanVersion:
    """Put a previewed version in force. Raises PlanClosed, PreviewMissing."""
    assert actor.kind, "somebody publishes"
    plan = ReferralPlan.objects.select_for_update().get(pk=version.plan_id, program=program)
    row = PlanVersion.objects.get(pk=version.pk)
    if plan.state == PlanState.RETIRED or row.published_at is not None:
        raise PlanClosed(plan=plan.slug)
    if row.previewed_at is None:
        raise PreviewMissing(number=row.number)
    check_settings(program=program, audience=plan.audience, settings=row.settings)
    if plan.state in {PlanState.DRAFT, PlanState.PREVIEW}:
        plan.state = PlanState.LIVE
    for name in ("name", "priority"):
        setattr(plan, name, row.settings.pop(name, getattr(plan, name)))
    plan.save(update_fields=["state", "name", "priority"])
    _publish(row, at=at)
    return row


@unit_of_work
def set_plan_state(
    *, program: Program, plan: ReferralPlan, state: PlanState, actor: Actor
) -> ReferralPlan:
    """Pause, resume or retire a plan; raises PlanClosed."""
    assert actor.kind, "somebody decides"
    row = ReferralPlan.objects.select_for_update().get(pk=plan.pk, program=program)
    if state not in _STATES[row.state]:
        raise PlanClosed(plan=row.slug)
    row.state = state
    row.save(update_fields=["state"])
    return row


def live_version(plan: ReferralPlan) -> PlanVersion | None:
    """What the plan promises whoever joins now."""
    if plan._state.adding:
        return None
    return plan.versions.filter(published_at__isnull=False).order_by("-number").first()


def versions_in_force(plan_ids: Collection[Id]) -> dict[Id, PlanVersion]:
    """The newest published version of each of these plans; one query."""
    rows = PlanVersion.objects.filter(plan_id__in=plan_ids, published_at__isnull=False)
    return {row.plan_id: row for row in rows.order_by("plan_id", "-number").distinct("plan_id")}


@asked_once
def live_plans(program: Program) -> list[tuple[ReferralPlan, PlanVersion]]:
    """The programme's live plans with what they promise, the most important first; one query."""
    newest = PlanVersion.objects.filter(
        plan__program=program, plan__state=PlanState.LIVE, published_at__isnull=False
    )
    rows = newest.select_related("plan").order_by("plan_id", "-number").distinct("plan_id")
    return sorted(
        ((row.plan, row) for row in rows), key=lambda each: (-each[0].priority, each[0].pk)
    )


def check_settings(*, program: Program, audience: str, settings: Mapping[str, Any]) -> None:
    """Refuse what cannot be kept: rewards that nobody can get, share texts that lead nowhere."""
    terms = read_terms(settings)
    share_texts.check(terms.share_texts)
    told = {
        "friend_reward": (terms.friend_reward, _OF_MEMBERS),
        "advocate_reward": (
            terms.advocate_reward,
            _OF_MEMBERS if audience == Audience.MEMBERS else _OF_AFFILIATES,
        ),
        "welcome": (terms.welcome, _OF_FRIENDS),
    }
    rewards = [reward for reward, _kinds in told.values() if reward is not None]
    known = _known_units(program, rewards)
    for name, (reward, kinds) in told.items():
        if reward is None:
            continue
        is_known = reward.kind is RewardKind.PAYABLE or (reward.kind, reward.unit) in known
        if reward.kind not in kinds or not is_known:
            what = reward.unit if reward.kind in kinds else reward.kind
            raise RewardUnknown(side=name.removesuffix("_reward"), what=what, pointer=f"/{name}")


def _known_units(program: Program, rewards: Sequence[Reward]) -> set[tuple[RewardKind, str]]:
    """Points and rewards of the catalogue that these name and that there are."""
    known = {(RewardKind.POINTS, slug) for slug in currencies_of(program)}
    slugs = {reward.unit for reward in rewards if reward.kind is RewardKind.VOUCHER}
    if slugs:
        offers = on_offer(program=program, slugs=slugs)
        known |= {(RewardKind.VOUCHER, offer.slug) for offer in offers}
    return known


def _held(program: Program, slug: str) -> ReferralPlan | None:
    rows = ReferralPlan.objects.select_for_update()
    return rows.filter(program=program, slug=slug).first()


def _draft(
    plan: ReferralPlan, *, settings: Mapping[str, Any], actor: Actor, at: datetime
) -> PlanVersion:
    newest = plan.versions.order_by("-number").first()
    return PlanVersion.objects.create(
        plan=plan,
        number=newest.number + 1 if newest else 1,
        settings=dict(settings),
        author=actor.shown[:100],
        drafted_at=at,
    )


@inside_unit_of_work
def _publish(version: PlanVersion, *, at: datetime) -> None:
    version.published_at = at
    version.save(update_fields=["settings", "published_at"])
    announce(
        [
            PlanPublished(
                program_id=version.plan.program_id,
                at=at,
                plan_id=version.plan_id,
                version_id=version.pk,
                number=version.number,
            )
        ]
    )
