"""Taking back: returns claim points that were earned and give back points that paid, in one unit (E-60 to E-66, L-42)."""

from collections.abc import Sequence
from datetime import datetime

from loyalty.earning.explaining import explanations_of
from loyalty.earning.keeping.claims import earned_by
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.settling.allocating import given_back
from loyalty.earning.settling.orders import Bought, Folded, ReturnTold, Worth
from loyalty.earning.settling.returning import check_return
from loyalty.earning.undoing.handing_back import returned_order, with_cards
from loyalty.earning.undoing.planning import Case, Plan, Settled, write_plan
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.rows.states import Book
from loyalty.programs.models import Program
from loyalty.rewards.returning import settle_returns


@inside_unit_of_work
def settle(
    *,
    program: Program,
    orders: Sequence[Bought],
    actor: Actor,
    at: datetime,
    accounts: Book | None = None,
    rules: RuleSet | None = None,
) -> list[Settled]:
    """Bring the earnings of these orders to what their fresh returns leave; one answer per return, in order.

    The members' accounts are locked. Only the difference to what was claimed before is posted, so any split of a return
    ends alike. Refusals, before anything is written: LineUnknown, LineAmbiguous, ReturnExceedsOrder.
    """
    if not any(bought.fresh for bought in orders):
        return []
    rules = rules or rule_set_of(program)
    event_ids = [bought.told.event_id for bought in orders]
    earned, explained = earned_by(event_ids=event_ids), explanations_of(event_ids)
    plan = Plan()
    for bought in with_cards(orders, program=program):
        case = Case(
            program=program,
            rules=rules,
            folded=Folded(bought, prices_include_tax=program.prices_include_tax),
            explanation=explained[bought.told.event_id],
            earned=earned.get(bought.told.event_id, []),
        )
        for told in bought.fresh:
            _plan_return(case, told, plan=plan)
    write_plan(program=program, plan=plan, rules=rules, actor=actor, at=at, accounts=accounts)
    came = settle_returns(
        program=program,
        orders=[
            returned_order(each.told, each.folded, each.allocation, each.group_id)
            for each in plan.settled
        ],
        actor=actor,
        at=at,
    )
    for settled, handed in zip(plan.settled, came, strict=True):
        settled.handed = handed
    return plan.settled


def _plan_return(case: Case, told: ReturnTold, *, plan: Plan) -> None:
    folded = case.folded
    before, returned = folded.left, folded.read(told)
    check_return(folded.order, folded.gross, before=folded.returns, told=returned)
    allocation = folded.fold(returned)
    settled = Settled(
        told=told,
        folded=folded,
        allocation=allocation,
        worth=Worth(before=case.basis(before).worth, after=case.basis(folded.left).worth),
        zone=case.zone,
        counts=case.counts,
    )
    plan.settled.append(settled)
    source = shown("evt", told.event_id)
    plan.claim(settled, case, folded.left, source=source)
    given_before = given_back(before, folded.payment)[0]
    plan.give_back(
        settled, case, points=allocation.points, given_before=given_before, source=source
    )
