"""The part `rules` of the programme document (E-21)."""

import pytest

from loyalty.earning.models import EarningRule, RulePeriod, RuleRevision
from loyalty.earning.rules.compiling import BEGINNING
from loyalty.earning.rules.publishing import draft, publish
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import Malformed
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.programs import applied

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("tests")
DOUBLE = {"kind": "per_amount", "points": 2, "per": 100}


def published(program, at=NOON, **changed):
    """A revision of the rule `order`, drafted and published."""
    revision = draft(program=program, definition=a_rule(**changed), actor=STAFF, at=at)
    return publish(revision_id=revision.pk, program=program, actor=STAFF, at=at)


def periods_of(rule):
    return [
        (period.revision.number, period.starts_at, period.ends_at)
        for period in rule.periods.order_by("starts_at").select_related("revision")
    ]


class TestTheDocument:
    """The part `rules` of the programme document."""

    def test_applied_again_unchanged_makes_no_new_revision(self):
        cafe = a_cafe(a_rule())

        again = applied({"program": {"slug": cafe.slug}, "rules": [a_rule()]}, at=NOON)

        assert RuleRevision.objects.count() == 1
        assert RulePeriod.objects.count() == 1
        assert again.program.version == cafe.version

    def test_a_changed_rule_gets_a_new_live_revision(self):
        cafe = a_cafe(a_rule())

        applied({"program": {"slug": cafe.slug}, "rules": [a_rule(effect=DOUBLE)]}, at=NOON)

        assert periods_of(EarningRule.objects.get()) == [(1, BEGINNING, NOON), (2, NOON, None)]

    def test_an_unknown_key_is_refused_with_its_pointer_and_nothing_changes(self):
        cafe = a_cafe(a_rule())
        told = [a_rule(effect=DOUBLE), a_rule("second", effekt=1)]

        with pytest.raises(Malformed) as refusal:
            applied({"program": {"slug": cafe.slug}, "rules": told}, at=NOON)

        assert [p.pointer for p in refusal.value.problems] == ["/rules/1/effekt"]
        assert RuleRevision.objects.count() == 1

    @pytest.mark.parametrize("state", ["draft", "paused", "ended"])
    def test_a_state_comes_out_as_it_went_in(self, state):
        cafe = a_cafe(a_rule(), a_rule("second", state=state))

        exported = applied({"program": {"slug": cafe.slug}, "rules": []}, at=NOON)

        assert exported.differences == []
        assert EarningRule.objects.get(slug="second").state == state
