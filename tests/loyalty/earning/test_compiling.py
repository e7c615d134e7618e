"""Rules are compiled once per revision by each process, however many events they judge and rules are published."""

import pytest

from loyalty.earning.replaying.asking import newest_draft
from loyalty.earning.rules import compiling
from loyalty.earning.rules.compiling import rule_set_of
from loyalty.earning.rules.publishing import publish
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.events import an_order, taken
from tests.world.replaying import DOUBLE, STAFF, a_draft

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_revision_is_compiled_once(monkeypatch):
    """Section 16: a process keeps the rule set of a version; a draft makes no new one, a publication compiles itself."""
    compiled = []
    real = compiling.compile_clause

    def counting(definition, *, origin):
        compiled.append((definition["slug"], origin.version))
        return real(definition, origin=origin)

    monkeypatch.setattr(compiling, "compile_clause", counting)
    cafe = a_cafe(a_rule(), a_rule("bonus"), enrol_on_event=True)

    taken(cafe, *[an_order(f"o{n}", total=1000) for n in range(20)])
    taken(cafe, an_order("o20", total=1000))
    before = list(compiled)
    rule = a_draft(cafe, effect=DOUBLE)
    taken(cafe, an_order("o21", total=1000))
    after_the_draft = list(compiled)
    published(rule)
    taken(cafe, an_order("o22", total=1000))
    taken(cafe, an_order("o23", total=1000))

    assert sorted(before) == [("bonus", 1), ("order", 1)]
    assert after_the_draft == before
    assert compiled[len(before) :] == [("order", 2)]
    assert rule_set_of(cafe) is rule_set_of(cafe)


def published(rule):
    publish(revision_id=newest_draft(rule).pk, program=rule.program, actor=STAFF, at=NOON)
