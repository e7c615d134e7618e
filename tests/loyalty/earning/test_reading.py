"""What a rule cannot be is said when it is saved (E-20, E-30)."""

import pytest

from loyalty.earning.expressions import ExpressionInvalid
from loyalty.earning.rules.publishing import (
    draft,
    publish,
)
from loyalty.earning.rules.reading import EffectIncomplete, read_definition
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import Malformed
from tests.world.earning import NOON, a_rule

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("tests")


def published(program, at=NOON, **changed):
    """A revision of the rule `order`, drafted and published."""
    revision = draft(program=program, definition=a_rule(**changed), actor=STAFF, at=at)
    return publish(revision_id=revision.pk, program=program, actor=STAFF, at=at)


class TestReading:
    """What a rule cannot be is said when it is saved, each with its pointer."""

    @pytest.mark.parametrize(
        ("changed", "pointer", "code"),
        [
            ({"effekt": 1}, "/effekt", "unknown_field"),
            ({"triggers": ["order.payed"]}, "/triggers/0", "invalid"),
            ({"currency": "moons"}, "/currency", "currency_unknown"),
            ({"effect": {"kind": "gift"}}, "/effect/kind", "not_a_choice"),
            ({"effect": {"kind": "fixed"}}, "/effect/points", "required"),
            ({"effect": {"kind": "fixed", "points": 1.5}}, "/effect/points", "wrong_type"),
            ({"windows": [{"from": "15:00"}]}, "/windows/0/to", "required"),
            ({"limits": {"weekly": 3}}, "/limits/weekly", "unknown_field"),
            ({"conditions": {"all": [{"weather": "sun"}]}}, "/conditions/all/0/weather", "unknown_field"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_malformed(self, changed, pointer, code):
        with pytest.raises(Malformed) as refusal:
            read_definition(a_rule() | changed, currencies={"stars"})

        assert (pointer, code) in [(p.pointer, p.code) for p in refusal.value.problems]

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"triggers": ["review.written"]}, "/triggers"),
            ({"triggers": ["visit.made"], "effect": {"kind": "fixed", "points": 1}, "lines": {"include": {"skus": ["A"]}}}, "/lines"),
            ({"effect": {"kind": "multiplier", "by": "11"}}, "/effect/by"),
            ({"effect": {"kind": "multiplier", "by": "2"}, "exclusive": True}, "/exclusive"),
            ({"effect": {"kind": "multiplier", "by": "2"}, "limits": {"cooldown": "P1D"}}, "/limits"),
            ({"starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-12-01T01:00:00+01:00"}, "/ends_at"),
        ],
    )  # fmt: skip
    def test_refuses_what_does_not_go_together(self, changed, pointer):
        """E-30: 422 effect_incomplete."""
        with pytest.raises(EffectIncomplete) as refusal:
            read_definition(a_rule() | changed, currencies={"stars"})

        assert [problem.pointer for problem in refusal.value.problems] == [pointer]

    def test_refuses_an_expression_with_its_position(self):
        with pytest.raises(ExpressionInvalid) as refusal:
            read_definition(a_rule(expression="order.basis > tier"), currencies={"stars"})

        assert refusal.value.values["position"] == 15
        assert refusal.value.problems[0].pointer == "/expression"

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            (
                {
                    "triggers": ["visit.made"],
                    "effect": {"kind": "fixed", "points": 1},
                    "unlock": {"after": "P1D", "from": "order.fulfilled"},
                },
                "triggers_without_order",
            ),
            (
                {"unlock": {"after": "P1D", "from": "event", "cancel_after": "P9D"}},
                "nothing_to_wait_for",
            ),
        ],
        ids=["no-order-to-fulfil", "nothing-to-wait-for"],
    )
    def test_refuses_to_wait_for_what_cannot_come(self, changed, code):
        """E-55: said when saving, never by points that would not come."""
        with pytest.raises(EffectIncomplete) as refusal:
            read_definition(a_rule(**changed), currencies={"stars"})

        assert [each.code for each in refusal.value.problems] == [code]
