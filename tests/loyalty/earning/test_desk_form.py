"""The editor's form says what the document says: what no field can say stays word for word (U-30, E-24)."""

import pytest

from loyalty.earning.desk.fields import RuleFields
from loyalty.earning.desk.translating import definition_of, fields_of
from loyalty.earning.rules.shapes import CONDITIONS as SHAPES
from tests.world.earning import a_rule
from tests.world.programs import a_program
from tests.world.rule_forms import RULES, posted

pytestmark = pytest.mark.django_db

CONDITIONS = [
    {"order": {"at_least": 5000, "at_most": 9000}},
    {"skus": {"any": ["ESP-1"], "none": ["MUG-1", "MUG-2"]}},
    {"categories": {"any": ["coffee", "tea"]}},
    {"quantity": {"at_least": 2}},
    {"days_since_joining": {"at_most": 30}},
    {"currency": "EUR"},
    {"channel": ["web", "app"]},
    {"store": "podil"},
    {"order_number": {"every": 5}},
    {"birthday_within": 3},
    {"has_done": ["profile.completed", "order.paid"]},
    {"review": "verified"},
    {"review": {"rated_at_least": 4}},
    {"data": {"field": "cup.size", "is": "large"}},
]
LEFT = [
    [{"order": {"at_most": 9}}],
    [{"tier": ["gold"]}],
    [{"data": {"field": "size", "in": ["a", "b"]}}],
    [{"data": {"field": "size", "is": "7"}}],
    [{"data": {"field": "size", "at_least": 1, "at_most": 2}}],
]


class TestTheForm:
    @pytest.mark.parametrize("definition", RULES.values(), ids=RULES)
    def test_says_what_the_document_says(self, definition):
        """A definition goes into the fields and comes out the same, whatever it holds."""
        initial = fields_of(definition)
        fields = RuleFields(program=a_program(), data=posted(initial), initial=initial)

        assert fields.is_valid(), fields.errors
        assert definition_of(fields.cleaned_data) == definition

    def test_has_a_field_for_every_condition_but_those_it_asks_otherwise(self):
        """E-24: who never writes an expression needs no JSON either; tier and group are asked beside."""
        every = a_rule(conditions={"all": CONDITIONS})

        fields = fields_of(every)

        assert fields["more"] == ""
        assert {*SHAPES} - {next(iter(each)) for each in CONDITIONS} == {"tier", "segment"}
        read = RuleFields(program=a_program(), data=posted(fields))
        assert read.is_valid(), read.errors
        assert definition_of(read.cleaned_data) == every

    @pytest.mark.parametrize("left", LEFT, ids=str)
    def test_leaves_what_no_field_can_say_word_for_word(self, left):
        definition = a_rule(conditions={"all": [{"order": {"at_least": 5}}, *left]})

        fields = RuleFields(program=a_program(), data=posted(fields_of(definition)))

        assert fields.is_valid(), fields.errors
        assert definition_of(fields.cleaned_data) == definition

    @pytest.mark.parametrize("amount", ["-1", "1.005", "abc", "NaN", "9" * 19])
    def test_takes_money_as_people_write_it_and_nothing_else(self, amount):
        told = posted(fields_of(a_rule()), order__at_least=amount)
        fields = RuleFields(program=a_program(), data=told)

        assert not fields.is_valid()
        assert [*fields.errors] == ["order__at_least"]

    def test_forgets_what_the_chosen_effect_does_not_ask_for(self):
        """U-30: a field that is out of sight says nothing."""
        told = posted(fields_of(a_rule()), effect__kind="multiplier", effect__by="2")

        fields = RuleFields(program=a_program(), data=told)

        assert fields.is_valid(), fields.errors
        assert definition_of(fields.cleaned_data)["effect"] == {"kind": "multiplier", "by": "2"}
