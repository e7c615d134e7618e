"""Purchases and what is returned of them, without a database."""

from fractions import Fraction

from loyalty.earning.basis import read_order
from loyalty.earning.settling.allocating import Payment, allocation_between
from loyalty.earning.settling.recomputing import (
    Given,
    basis_left,
    claims_of,
    judged_by,
    scene_left,
)
from loyalty.earning.settling.returning import (
    Return,
    check_return,
    gross_lines,
    left_after,
    read_return,
)
from tests.world.earning import a_rule, judged, points_of, rule_set, telling

CANCELLED = Return(is_cancellation=True)


class Purchase:
    """One order, judged; then its returns, one after the other. Points that paid are worth a cent each."""

    def __init__(self, data, *rules, tier=None, paid=0, **told):
        self.rules = rule_set(*(rules or [a_rule()]))
        self.told = telling(data | ({"paid_with_points": paid} if paid else {}), **told)
        self.judgement = judged(self.rules, self.told, tier=tier)
        self.order = read_order(self.told.data, prices_include_tax=False)
        self.gross = gross_lines(self.order, prices_include_tax=False)
        self.payment = Payment(points=paid, value=paid)
        self.returns, self.claimed, self.refunded = [], 0, 0

    @property
    def granted(self):
        return sum(points_of(self.judgement))

    @property
    def left(self):
        return left_after(self.order, self.gross, self.returns)

    def returned(self, told):
        """Answers what this return claims, and the points and money that it gives back."""
        told = told if isinstance(told, Return) else read_return(told, self.order)
        before = self.left
        check_return(self.order, self.gross, before=self.returns, told=told)
        self.returns.append(told)
        after = self.left
        claimed = self.claimed
        self.claimed = self._claimed(after)
        back = allocation_between(
            before, after, gross=self.gross, payment=self.payment, money_before=self.refunded
        )
        self.refunded += back.money
        return self.claimed - claimed, back.points, back.money

    def _claimed(self, left):
        explanation = self.judgement.explanation
        clauses = {
            (clause.shown, clause.version): clause
            for track in self.rules.tracks
            for *_edges, clause in track.periods
        }
        basis = basis_left(self.order, left, explanation=explanation, factor=Fraction(1))
        scene = scene_left(self.told, basis, explanation=explanation, zone="Europe/Kyiv")
        given = [
            Given(clause=clauses[entry["rule"], entry["version"]], points=entry["points"])
            for entry in explanation["rules"]
            if entry["applied"] and "points" in entry
        ]
        return sum(claims_of(given, scene, judged=judged_by(explanation, clauses)).values())


def piece(sku, quantity=1):
    return {"lines": [{"sku": sku, "quantity": quantity}]}


def money(sku, amount):
    return {"lines": [{"sku": sku, "amount": amount}]}
