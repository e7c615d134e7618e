"""Budgeting: what prizes may cost together, how it goes, and prizes that staff give later (G-34)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Sum

from gamification.prizes.giving import fact_of, hold_members
from gamification.prizes.kinds import GrantState, PrizeWish
from gamification.prizes.limiting import hold_limits
from gamification.prizes.models import PlayBudget, PrizeGrant
from gamification.prizes.paying import pay
from gamification.prizes.refusals import GrantNotCapped, PlayBudgetSpent
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id
from loyalty.foundation.units import unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.calendar import local_day
from loyalty.programs.tenants import Program

WARNED_AT_PERCENT: Final = 80
PACE: Final = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetView:
    """A budget at a glance; `spent_on` is the day on which it will be used up at the pace of the last 30 days."""

    slug: str
    limit: int
    spent: int
    percent: int
    is_warned: bool
    spent_on: date | None


@unit_of_work
def set_budget(*, program: Program, slug: str, limit: int, actor: Actor, at: datetime) -> PlayBudget:  # fmt: skip
    """Open a budget or change its limit, never below what is spent. Raises PlayBudgetSpent."""
    assert actor.kind, "somebody decides"
    row = PlayBudget.objects.select_for_update().filter(program=program, slug=slug).first()
    if row is None:
        return PlayBudget.objects.create(program=program, slug=slug, limit=limit, created_at=at)
    if limit < row.spent:
        raise PlayBudgetSpent(pointer="/limit")
    row.limit = limit
    row.save(update_fields=["limit"])
    return row


@unit_of_work
def give_later(*, program: Program, grant_id: Id, actor: Actor, at: datetime) -> PrizeGrant:
    """Give a prize that was held back, by hand: stock is not asked again, the budget is. Raises GrantNotCapped, PlayBudgetSpent."""
    row = PrizeGrant.objects.get(pk=grant_id, program=program)
    book = hold_members(program=program, member_ids={row.member_id}, at=at)
    row.refresh_from_db()
    if row.state != GrantState.CAPPED:
        raise GrantNotCapped
    wish = PrizeWish(
        game=row.game,
        definition_id=row.definition_id,
        version_id=row.version_id,
        occasion=row.occasion,
        member_id=row.member_id,
        item=row.item,
        prize=row.prize,
        earned_at=row.earned_at,
    )
    limits = hold_limits([wish], program=program)
    if limits.take(wish):
        raise PlayBudgetSpent
    refused = pay([row], program=program, amounts={row.pk: row.amount}, book=book, actor=actor, at=at)  # fmt: skip
    if row.pk in refused:
        raise GrantNotCapped
    limits.write()
    row.state, row.reason, row.decided_at = GrantState.GIVEN, "", at
    row.save()
    announce([fact_of(row, at=at)])
    return row


def budgets_of(*, program: Program, at: datetime) -> Sequence[BudgetView]:
    """Every budget of the programme with its pace; two statements."""
    rows = list(PlayBudget.objects.filter(program=program).order_by("slug"))
    recent = PrizeGrant.objects.filter(
        program=program, state=GrantState.GIVEN, decided_at__gt=at - PACE, budget__gt=""
    )
    pace = dict(recent.values_list("budget").annotate(cost=Sum("cost")).order_by())
    return [view_of(row, pace.get(row.slug, 0), program=program, at=at) for row in rows]


def view_of(row: PlayBudget, in_pace: int, *, program: Program, at: datetime) -> BudgetView:
    """A budget of which so much was spent in the last 30 days."""
    percent = 100 * row.spent // row.limit if row.limit else 100
    spent_on = None
    if in_pace:
        days = (row.limit - row.spent) * PACE.days // in_pace
        spent_on = local_day(at, program.zone) + timedelta(days=min(days, 36_500))
    return BudgetView(
        slug=row.slug,
        limit=row.limit,
        spent=row.spent,
        percent=percent,
        is_warned=percent >= WARNED_AT_PERCENT,
        spent_on=spent_on,
    )
