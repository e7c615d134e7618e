"""Taking back: returns claim points that were earned and give back points that paid, in one unit (E-60 to E-66, L-42)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.earning.explaining import explanations_of
from loyalty.earning.keeping.budgets import Claimed, give_space_back
from loyalty.earning.keeping.claims import Earned, earned_by, note_claims
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.rules.compiling import RuleSet, rule_set_of
from loyalty.earning.settling.allocating import Allocation, given_back
from loyalty.earning.settling.handing_back import returned_order, with_cards
from loyalty.earning.settling.orders import Bought, Folded, ReturnTold, Worth
from loyalty.earning.settling.recomputing import (
    Given,
    basis_left,
    claims_of,
    judged_by,
    scene_left,
)
from loyalty.earning.settling.returning import Left, check_return
from loyalty.foundation.actors import Actor
from loyalty.foundation.ids import Id, new_id, shown
from loyalty.foundation.units import inside_unit_of_work
from loyalty.ledger.claiming import claim
from loyalty.ledger.giving_back import GiveBackWish, GivenBack, give_back
from loyalty.ledger.rows.claims import ClaimWish, Covered
from loyalty.ledger.rows.states import Book
from loyalty.programs.calendar import Period, local_day
from loyalty.programs.models import Program
from loyalty.programs.rates import minor_units_factor
from loyalty.rewards.returning import settle_returns
from loyalty.tiers.counting import Counted, count_orders


@dataclass(slots=True)
class Settled:
    """What one return came to (E-65): the allocation, what was taken back and given back, what it did to the basis."""

    told: ReturnTold
    folded: Folded
    allocation: Allocation
    worth: Worth
    group_id: Id = field(default_factory=new_id)
    covered: list[tuple[Earned, Covered]] = field(default_factory=list)
    given: list[GivenBack] = field(default_factory=list)
    handed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    """All claims and give-backs of a call, in order; decided before anything is written."""

    settled: list[Settled] = field(default_factory=list)
    claims: list[tuple[Settled, Earned, ClaimWish]] = field(default_factory=list)
    backs: list[tuple[Settled, GiveBackWish]] = field(default_factory=list)


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
    plan = _Plan()
    for bought in with_cards(orders, program=program):
        case = _Case(
            program=program,
            rules=rules,
            folded=Folded(bought, prices_include_tax=program.prices_include_tax),
            explanation=explained[bought.told.event_id],
            earned=earned.get(bought.told.event_id, []),
        )
        for told in bought.fresh:
            _plan_return(case, told, plan=plan)
    _write(program=program, plan=plan, actor=actor, at=at, accounts=accounts)
    claimed = [
        Claimed(rule=each.rule, version=each.version, day=each.day, points=wish.points)
        for _settled, each, wish in plan.claims
    ]
    give_space_back(program=program, claimed=claimed, rules=rules)
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


@dataclass(slots=True)
class _Case:
    """One order on its way through its returns."""

    program: Program
    rules: RuleSet
    folded: Folded
    explanation: Mapping[str, Any]
    earned: Sequence[Earned]

    @property
    def factor(self) -> Fraction:
        told = self.folded.bought.told
        rate = Decimal(told.order.rate) if told.order else Decimal(1)
        ours, theirs = self.program.currency, self.folded.order.currency
        return minor_units_factor(rate=rate, theirs=theirs, ours=ours)

    def worth(self, left: Left) -> Fraction:
        return basis_left(
            self.folded.order, left, explanation=self.explanation, factor=self.factor
        ).worth

    def claims(self, left: Left) -> dict[Id, int]:
        """What each earning's claim is by now, by rule."""
        clauses: Mapping[tuple[str, int], Clause] = self.rules.clauses
        basis = basis_left(
            self.folded.order, left, explanation=self.explanation, factor=self.factor
        )
        scene = scene_left(
            self.folded.bought.told,
            basis,
            explanation=self.explanation,
            zone=self.program.zone,
        )
        given = [
            Given(
                clause=clauses[each.rule, each.version],
                points=each.points,
                claimed=each.claimed,
                rounding=self.rules.currencies[clauses[each.rule, each.version].currency].rounding,
            )
            for each in self.earned
        ]
        return claims_of(given, scene, judged=judged_by(self.explanation, clauses))


def _plan_return(case: _Case, told: ReturnTold, *, plan: _Plan) -> None:
    folded = case.folded
    before, returned = folded.left, folded.read(told)
    check_return(folded.order, folded.gross, before=folded.returns, told=returned)
    allocation = folded.fold(returned)
    after = folded.left
    settled = Settled(
        told=told,
        folded=folded,
        allocation=allocation,
        worth=Worth(before=case.worth(before), after=case.worth(after)),
    )
    plan.settled.append(settled)
    claims = case.claims(after)
    for each in case.earned:
        asked = claims[each.rule_id] - each.claimed
        if asked > 0:
            each.claimed += asked
            plan.claims.append((settled, each, _claim_wish(case.program, settled, each, asked)))
    given_before, _money = given_back(before, folded.payment)
    parts = folded.spread_over_spent(settled.allocation.points, given_before=given_before)
    for spent, points in parts:
        wish = GiveBackWish(
            spent_id=spent.entry_id,
            points=points,
            source_key=f"{shown('evt', told.event_id)}/{shown('ent', spent.entry_id)}",
            occurred_at=told.occurred_at,
            grace=Period.read(case.program.give_back_grace),
            event_id=told.event_id,
            group_id=settled.group_id,
            member_id=folded.bought.told.member.id,
        )
        plan.backs.append((settled, wish))


def _claim_wish(program: Program, settled: Settled, earned: Earned, points: int) -> ClaimWish:
    told = settled.told
    return ClaimWish(
        member_id=settled.folded.bought.told.member.id,
        currency_id=earned.currency_id,
        earning_id=earned.entry_id,
        points=points,
        source_key=f"{shown('evt', told.event_id)}/{earned.rule}",
        occurred_at=told.occurred_at,
        take=program.returns_take,
        event_id=told.event_id,
        rule_id=earned.rule_id,
        rule_version=earned.version,
        group_id=settled.group_id,
        counts_for_tier=earned.counts_for_tier,
        day=earned.day,
    )


def _write(
    *, program: Program, plan: _Plan, actor: Actor, at: datetime, accounts: Book | None
) -> None:
    """Tier days, claims, then points back (they fill what is owed), then what each earning was claimed for."""
    count_orders(
        program=program, counted=[_counted(each, program.zone) for each in plan.settled], at=at
    )
    wishes = [wish for _settled, _earned, wish in plan.claims]
    covered = claim(program=program, wishes=wishes, actor=actor, at=at, accounts=accounts)
    for (settled, earned, _wish), each in zip(plan.claims, covered, strict=True):
        settled.covered.append((earned, each))
    backs = [back_wish for _settled, back_wish in plan.backs]
    given = give_back(program=program, wishes=backs, actor=actor, at=at, accounts=accounts)
    for (settled, _back_wish), back in zip(plan.backs, given, strict=True):
        settled.given.append(back)
    note_claims({earned.id: earned.claimed for _settled, earned, _wish in plan.claims})


def _counted(settled: Settled, zone: str) -> Counted:
    told = settled.folded.bought.told
    return Counted(
        member_id=told.member.id,
        day=local_day(told.occurred_at, zone),
        occurred_at=settled.told.occurred_at,
        spend=settled.worth.spend,
        orders=settled.worth.orders,
        source_id=settled.told.event_id,
    )
