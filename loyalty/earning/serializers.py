"""Shapes of what doors tell about rules."""

from typing import Any

from rest_framework import serializers

from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.reading import meaning_of
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.serializers import Out
from loyalty.programs.texts import in_words


class EarningRuleOut(Out):
    """A rule as its newest published revision says it; a draft as it is drafted."""

    id = serializers.CharField(source="shown_id")
    slug = serializers.CharField()
    name = serializers.SerializerMethodField()
    state = serializers.CharField()
    version = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()
    definition = serializers.SerializerMethodField()

    def get_name(self, rule: EarningRule) -> str:
        return in_words(rule.name)

    def get_version(self, rule: EarningRule) -> int:
        return _told(rule).number

    def get_sentence(self, rule: EarningRule) -> str:
        return rule_sentence(_told(rule).definition, money=rule.program.currency)

    def get_definition(self, rule: EarningRule) -> dict[str, Any]:
        """The keys of the programme document's part `rules`."""
        return meaning_of(_told(rule).definition)


def _told(rule: EarningRule) -> RuleRevision:
    """The newest revision that was ever live, else the draft; the rule's revisions are prefetched by number."""
    revisions: list[RuleRevision] = list(rule.revisions.all())
    return next((each for each in reversed(revisions) if each.frozen_at), revisions[-1])
