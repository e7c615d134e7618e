"""Previewing: what a version would have meant over the last 90 days, before anybody is promised anything (R-3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from loyalty.events.kept.orders import paid_orders_of
from loyalty.members.persons import joined_since
from loyalty.programs.tenants import Program
from referrals.guard.replaying import Replay, replay
from referrals.plans.models import PlanVersion
from referrals.plans.publishing import live_version
from referrals.plans.terms import Reward, Terms, terms_of
from referrals.qualification.qualifying import qualifying_order

LOOKED_BACK: Final = timedelta(days=90)
MEMBERS_MAX: Final = 5_000
AT_ONCE: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """New members of the last 90 days, how many of them would have qualified, what that costs, and the guard's word."""

    members: int
    qualified: int
    friend: tuple[int, str]
    advocate: tuple[int, str]
    welcome: tuple[int, str]
    cost: int
    replay: Replay | None


def preview_version(*, program: Program, version: PlanVersion, at: datetime) -> Preview:
    """Had every new member come through a friend: the most that this version can cost. Changes nothing."""
    terms = terms_of(version)
    joined = dict(joined_since(program_id=program.pk, since=at - LOOKED_BACK, limit=MEMBERS_MAX))
    ids = list(joined)
    qualified = 0
    for start in range(0, len(ids), AT_ONCE):
        page = ids[start : start + AT_ONCE]
        orders = paid_orders_of(program=program, member_ids=page)
        qualified += sum(
            qualifying_order(orders[each], terms=terms, joined_at=joined[each]) is not None
            for each in page
        )
    return Preview(
        members=len(ids),
        qualified=qualified,
        friend=_sum(terms.friend_reward, qualified),
        advocate=_sum(terms.advocate_reward, qualified),
        welcome=_sum(terms.welcome, len(ids)),
        cost=qualified * _cost(terms) + len(ids) * (terms.welcome.cost if terms.welcome else 0),
        replay=_replayed(program, version, terms, at=at),
    )


def _replayed(
    program: Program, version: PlanVersion, terms: Terms, *, at: datetime
) -> Replay | None:
    if live_version(version.plan) is None:
        return None
    return replay(
        program=program, plan=version.plan, terms=terms.guard, at=at, days=LOOKED_BACK.days
    )


def _sum(reward: Reward | None, times: int) -> tuple[int, str]:
    return (reward.amount * times, reward.unit) if reward else (0, "")


def _cost(terms: Terms) -> int:
    rewards = (terms.friend_reward, terms.advocate_reward)
    return sum(each.cost for each in rewards if each is not None)
