"""Paying: points that pay for an order which was judged already settle it: less of it counts than was thought (E-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from loyalty.earning.explaining import explanations_of
from loyalty.earning.keeping.claims import earned_by
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.settling.allocating import Allocation, Payment, given_back
from loyalty.earning.settling.orders import Bought, Folded, ReturnTold, SpentOn, Worth
from loyalty.earning.undoing.planning import Case, Plan, Settled, write_plan
from loyalty.foundation.actors import Actor
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program

CAPTURED: Final = "hold.captured"


@dataclass(frozen=True, kw_only=True, slots=True)
class PaidLater:
    """An order, and points that pay for it after it was judged. `bought.spent` has them, `before` what paid earlier."""

    bought: Bought
    before: tuple[SpentOn, ...]
    source: str  # the hold, as shown: once for each


@inside_unit_of_work
def settle_payments(
    *, program: Program, paid: Sequence[PaidLater], actor: Actor, at: datetime, accounts: Book
) -> list[Settled]:
    """Bring the earnings of these orders to what counts of them now; one answer each, in order.

    The members' accounts are locked. Of what was returned before, the points' part comes back at once, as if they had
    paid first: so captures and returns in any order end alike (E-62, E-64). Money that was refunded stays refunded.
    """
    rules = rule_set_of(program)
    event_ids = [each.bought.told.event_id for each in paid]
    earned, explained = earned_by(event_ids=event_ids), explanations_of(event_ids)
    plan = Plan()
    for each in paid:
        event_id = each.bought.told.event_id
        if "basis" not in explained.get(event_id, {}):
            continue
        case = Case(
            program=program,
            rules=rules,
            folded=Folded(each.bought, prices_include_tax=program.prices_include_tax),
            explanation=explained[event_id],
            earned=earned.get(event_id, []),
        )
        _plan_payment(case, each, plan=plan, at=at)
    write_plan(program=program, plan=plan, rules=rules, actor=actor, at=at, accounts=accounts)
    return plan.settled


def _plan_payment(case: Case, paid: PaidLater, *, plan: Plan, at: datetime) -> None:
    folded, told = case.folded, paid.bought.told
    left = folded.left
    earlier = Payment(
        points=sum(each.points for each in paid.before), value=sum(e.value for e in paid.before)
    )
    given_before, _money = given_back(left, earlier)
    points = given_back(left, folded.payment)[0] - given_before
    settled = Settled(
        told=ReturnTold(event_id=told.event_id, type=CAPTURED, occurred_at=at, data={}),
        folded=folded,
        allocation=Allocation(points=points, money=0, lines=()),
        worth=Worth(before=case.basis(left, spent=paid.before).worth, after=case.basis(left).worth),
        zone=case.zone,
        counts=case.counts,
    )
    plan.settled.append(settled)
    plan.claim(settled, case, left, source=paid.source)
    plan.give_back(settled, case, points=points, given_before=given_before, source=paid.source)
