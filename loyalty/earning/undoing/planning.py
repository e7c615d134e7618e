"""Planning: an order on its way through what undoes it, and everything that is to be posted for it at once (L-42)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from loyalty.earning.basis import Basis
from loyalty.earning.keeping.budgets import Claimed, give_space_back
from loyalty.earning.keeping.claims import Earned, note_claims
from loyalty.earning.keeping.recording import ROUNDS
from loyalty.earning.kinds import SUSPENDED
from loyalty.earning.rules.clauses import Clause
from loyalty.earning.rules.compiling import RuleSet
from loyalty.earning.settling.allocating import Allocation
from loyalty.earning.settling.orders import Folded, ReturnTold, SpentOn, Worth
from loyalty.earning.settling.recomputing import (
    Given,
    basis_left,
    claims_of,
    judged_by,
    scene_left,
)
from loyalty.earning.settling.returning import Left
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
from loyalty.tiers.counting import Counted, count_orders


@dataclass(slots=True)
class Settled:
    """What one return came to (E-65): the allocation, what was taken back and given back, what it did to the basis."""

    told: ReturnTold
    folded: Folded
    allocation: Allocation
    worth: Worth
    zone: str  # that of the day on which the order counted
    counts: bool = True  # for tiers; not where the order had not counted
    group_id: Id = field(default_factory=new_id)
    covered: list[tuple[Earned, Covered]] = field(default_factory=list)
    given: list[GivenBack] = field(default_factory=list)
    handed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """One order on its way through its returns."""

    program: Program
    rules: RuleSet
    folded: Folded
    explanation: Mapping[str, Any]
    earned: Sequence[Earned]

    @property
    def zone(self) -> str:
        """The zone by which the order was judged; its days stay where they are if the programme moves."""
        return str(self.explanation["zone"])

    @property
    def factor(self) -> Fraction:
        told = self.folded.bought.told
        rate = Decimal(told.order.rate) if told.order else Decimal(1)
        ours, theirs = self.program.currency, self.folded.order.currency
        return minor_units_factor(rate=rate, theirs=theirs, ours=ours)

    @property
    def counts(self) -> bool:
        """Whether the order counted for tiers: what a suspended member bought did not (T-5)."""
        return self.explanation.get("why_nothing") != SUSPENDED

    def basis(self, left: Left, *, spent: Sequence[SpentOn] | None = None) -> Basis:
        """What of the order counts with this much left, as points have paid by now, or by these captures alone (E-14)."""
        spent = self.folded.bought.spent if spent is None else spent
        return basis_left(
            self.folded.order,
            left,
            explanation=self.explanation,
            factor=self.factor,
            paid=sum(each.value for each in spent) if spent else None,
        )

    def claims(self, left: Left) -> dict[Id, int]:
        """What each earning's claim is by now, by rule."""
        clauses: Mapping[tuple[str, int], Clause] = self.rules.clauses
        scene = scene_left(
            self.folded.bought.told,
            self.basis(left),
            explanation=self.explanation,
            zone=self.zone,
        )
        given = [
            Given(
                clause=(clause := clauses[each.rule, each.version]),
                points=each.points,
                claimed=each.claimed,
                rounding=self._rounding(clause.currency),
            )
            for each in self.earned
        ]
        return claims_of(given, scene, judged=judged_by(self.explanation, clauses))

    def _rounding(self, currency: str) -> str:
        """How this currency was rounded when the order was judged; before that was stamped: as it is today."""
        stamped: Mapping[str, str] | None = self.explanation["context"].get("rounding")
        if stamped is None:
            return self.rules.currencies[currency].rounding
        return stamped.get(currency, ROUNDS)


@dataclass(slots=True)
class Plan:
    """All claims and give-backs of a call, in order; decided before anything is written."""

    settled: list[Settled] = field(default_factory=list)
    claims: list[tuple[Settled, Earned, ClaimWish]] = field(default_factory=list)
    backs: list[tuple[Settled, GiveBackWish]] = field(default_factory=list)

    def claim(self, settled: Settled, case: Case, left: Left, *, source: str) -> None:
        """Plan what of each earning is asked back by now; `source` says by what, and each counts once."""
        claims = case.claims(left)
        for each in case.earned:
            asked = claims[each.rule_id] - each.claimed
            if asked > 0:
                each.claimed += asked
                wish = _claim_wish(case.program, settled, each, asked, source=source)
                self.claims.append((settled, each, wish))

    def give_back(
        self, settled: Settled, case: Case, *, points: int, given_before: int, source: str
    ) -> None:
        """Plan which entries that paid give these points back, the first one first."""
        for spent, part in case.folded.spread_over_spent(points, given_before=given_before):
            wish = GiveBackWish(
                spent_id=spent.entry_id,
                points=part,
                source_key=f"{source}/{shown('ent', spent.entry_id)}",
                occurred_at=settled.told.occurred_at,
                grace=Period.read(case.program.give_back_grace),
                event_id=settled.told.event_id,
                group_id=settled.group_id,
                member_id=case.folded.bought.told.member.id,
            )
            self.backs.append((settled, wish))


@inside_unit_of_work
def write_plan(
    *,
    program: Program,
    plan: Plan,
    rules: RuleSet,
    actor: Actor,
    at: datetime,
    accounts: Book | None,
) -> None:
    """Tier days, claims, then points back (they fill what is owed), what earnings were claimed for, and limits' space."""
    counted = [_counted(each) for each in plan.settled if each.counts]
    count_orders(program=program, counted=counted, at=at)
    wishes = [wish for _settled, _earned, wish in plan.claims]
    covered = claim(program=program, wishes=wishes, actor=actor, at=at, accounts=accounts)
    for (settled, earned, _wish), each in zip(plan.claims, covered, strict=True):
        settled.covered.append((earned, each))
    backs = [back_wish for _settled, back_wish in plan.backs]
    given = give_back(program=program, wishes=backs, actor=actor, at=at, accounts=accounts)
    for (settled, _back_wish), back in zip(plan.backs, given, strict=True):
        settled.given.append(back)
    note_claims({earned.id: earned.claimed for _settled, earned, _wish in plan.claims})
    claimed = [
        Claimed(rule=each.rule, version=each.version, day=each.day, points=wish.points)
        for _settled, each, wish in plan.claims
    ]
    give_space_back(program=program, claimed=claimed, rules=rules)


def _claim_wish(
    program: Program, settled: Settled, earned: Earned, points: int, *, source: str
) -> ClaimWish:
    told = settled.told
    return ClaimWish(
        member_id=settled.folded.bought.told.member.id,
        currency_id=earned.currency_id,
        earning_id=earned.entry_id,
        points=points,
        source_key=f"{source}/{earned.rule}",
        occurred_at=told.occurred_at,
        take=program.returns_take,
        event_id=told.event_id,
        rule_id=earned.rule_id,
        rule_version=earned.version,
        group_id=settled.group_id,
        counts_for_tier=earned.counts_for_tier,
        day=earned.day,
    )


def _counted(settled: Settled) -> Counted:
    told = settled.folded.bought.told
    return Counted(
        member_id=told.member.id,
        day=local_day(told.occurred_at, settled.zone),
        occurred_at=settled.told.occurred_at,
        spend=settled.worth.spend,
        orders=settled.worth.orders,
        source_id=settled.told.event_id,
    )
