"""Capping: how many rewards an advocate may have, and what a plan may cost; counted where nobody passes twice (R-31, R-33)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db.models import F

from loyalty.foundation.database.statements import run
from loyalty.foundation.database.updating import update_rows
from loyalty.foundation.ids import Id
from loyalty.foundation.units import inside_unit_of_work
from loyalty.outbox.announcing import announce
from loyalty.programs.tenants import Program
from referrals.attribution.models import Referral
from referrals.plans.publishing import versions_in_force
from referrals.plans.terms import Cap, terms_of
from referrals.rewards.facts import BudgetLow
from referrals.rewards.kinds import WARN_AT_PERCENT
from referrals.rewards.models import CapUse, PlanBudget

CapKey = tuple[Id, Id, str]  # plan, advocate, period

_FREE: Final = """
    UPDATE referrals_capuse c SET used = greatest(0, c.used - told.times)
    FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::int[]) AS told (plan_id, advocate_id, period_key, times)
    WHERE c.plan_id = told.plan_id AND c.advocate_id = told.advocate_id AND c.period_key = told.period_key
"""


@dataclass(slots=True)
class Purses:
    """Caps and budgets, held until the transaction ends; taken from in memory, written back at once."""

    caps: dict[CapKey, CapUse] = field(default_factory=dict)
    budgets: dict[Id, PlanBudget] = field(default_factory=dict)
    touched: set[CapKey] = field(default_factory=set)
    warned: set[Id] = field(default_factory=set)

    def full_cap(self, wanted: Mapping[CapKey, Cap]) -> str:
        """The name of the first cap that has no room; nothing if all have."""
        for key, cap in wanted.items():
            if self.caps[key].used >= cap.times:
                return cap.period.value
        return ""

    def take_cap(self, wanted: Collection[CapKey]) -> None:
        """All caps move, or none does."""
        for key in wanted:
            self.caps[key].used += 1
            self.touched.add(key)

    def leave_cap(self, wanted: Collection[CapKey]) -> None:
        """Give the places back that were just taken."""
        for key in wanted:
            self.caps[key].used -= 1

    def give_budget_back(self, plan_id: Id, cost: int) -> None:
        """Give money back that was just taken."""
        if plan_id in self.budgets and cost:
            self.budgets[plan_id].spent -= cost

    def take_budget(self, plan_id: Id, cost: int) -> bool:
        """Whether the plan can pay this; if so it has."""
        budget = self.budgets.get(plan_id)
        if budget is None or not cost:
            return True
        if budget.spent + cost > budget.limit:
            return False
        before, budget.spent = budget.spent, budget.spent + cost
        border = budget.limit * WARN_AT_PERCENT
        if before * 100 < border <= budget.spent * 100:
            self.warned.add(plan_id)
        return True


@inside_unit_of_work
def hold_purses(referrals: Sequence[Referral], *, program: Program, at: datetime) -> Purses:
    """Hold the caps of these advocates and the budgets of these plans, in the order of their keys; missing ones are opened.

    The members are locked before. As many statements for one referral as for five hundred.
    """
    purses = Purses()
    wanted = {
        key: cap for row in referrals for key, cap in caps_of(row, program=program, at=at).items()
    }
    if wanted:
        purses.caps = _held_caps(wanted)
    purses.budgets = _held_budgets({row.plan_id for row in referrals})
    return purses


@inside_unit_of_work
def hold_budgets(plan_ids: Collection[Id]) -> Purses:
    """Hold the budgets of these plans alone, for what no cap counts."""
    return Purses(budgets=_held_budgets(plan_ids))


@inside_unit_of_work
def write_purses(purses: Purses, *, program: Program, at: datetime) -> None:
    """Write what was taken; a plan that has used 80 percent of its budget says so once."""
    caps = [purses.caps[key] for key in sorted(purses.touched)]
    if caps:
        update_rows(caps, ["used"])
    if purses.budgets:
        update_rows([purses.budgets[key] for key in sorted(purses.budgets)], ["spent", "limit"])
    announce(
        [
            BudgetLow(
                program_id=program.pk,
                at=at,
                plan_id=plan_id,
                spent=purses.budgets[plan_id].spent,
                limit=purses.budgets[plan_id].limit,
            )
            for plan_id in sorted(purses.warned)
        ]
    )


@inside_unit_of_work
def free(referrals: Sequence[Referral], *, program: Program) -> None:
    """Give back the places of rewards that were taken back whole (R-36)."""
    times: dict[CapKey, int] = {}
    for row in referrals:
        assert row.approved_at, "only what was approved has used a cap"
        for key in caps_of(row, program=program, at=row.approved_at):
            times[key] = times.get(key, 0) + 1
    if not times:
        return
    keys = sorted(times)
    plans, advocates, periods = zip(*keys, strict=True)
    run(_FREE, [list(plans), list(advocates), list(periods), [times[key] for key in keys]])


@inside_unit_of_work
def give_back(by_plan: Mapping[Id, int]) -> None:
    """Give this money back to the budgets of these plans."""
    for plan_id in sorted(by_plan):
        if by_plan[plan_id]:
            PlanBudget.objects.filter(pk=plan_id, spent__gte=by_plan[plan_id]).update(
                spent=F("spent") - by_plan[plan_id]
            )


def caps_of(referral: Referral, *, program: Program, at: datetime) -> dict[CapKey, Cap]:
    """The caps that this referral's advocate meets at this instant, as they were promised (R-1, R-31)."""
    return {
        (referral.plan_id, referral.advocate_id, cap.key_at(at, program.zone)): cap
        for cap in terms_of(referral.version).caps
    }


def _held_caps(wanted: Mapping[CapKey, Cap]) -> dict[CapKey, CapUse]:
    """Missing rows begin at 0; a cap that a newer version has raised is raised here."""
    CapUse.objects.bulk_create(
        [
            CapUse(plan_id=key[0], advocate_id=key[1], period_key=key[2], cap=wanted[key].times)
            for key in sorted(wanted)
        ],
        ignore_conflicts=True,
    )
    rows = CapUse.objects.select_for_update(no_key=True).filter(
        plan_id__in={key[0] for key in wanted}, advocate_id__in={key[1] for key in wanted}
    )
    held = {
        (row.plan_id, row.advocate_id, row.period_key): row
        for row in rows.order_by("plan_id", "advocate_id", "period_key")
    }
    raised = [key for key, cap in wanted.items() if held[key].cap < cap.times]
    for key in raised:
        held[key].cap = wanted[key].times
    if raised:
        update_rows([held[key] for key in sorted(raised)], ["cap"])
    return held


def _held_budgets(plan_ids: Collection[Id]) -> dict[Id, PlanBudget]:
    """Budgets of the plans that have one today; their limits follow what is in force."""
    limits: dict[Id, int] = {}
    for plan_id, version in versions_in_force(plan_ids).items():
        budget = terms_of(version).budget
        if budget is not None:
            limits[plan_id] = budget
    if not limits:
        return {}
    PlanBudget.objects.bulk_create(
        [PlanBudget(plan_id=plan_id, limit=limits[plan_id]) for plan_id in sorted(limits)],
        ignore_conflicts=True,
    )
    rows = PlanBudget.objects.select_for_update(no_key=True).filter(pk__in=limits).order_by("pk")
    held = {row.pk: row for row in rows}
    for plan_id, row in held.items():
        row.limit = max(limits[plan_id], row.spent)
    return held
