"""Shapes of what doors tell about rules."""

from typing import Any

from rest_framework import serializers

from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.replaying.asking import DAYS_DEFAULT, DAYS_MAX
from loyalty.earning.replaying.models import Change, WhatIfState
from loyalty.earning.rules.reading import meaning_of
from loyalty.earning.telling.rules import rule_sentence
from loyalty.foundation.serializers import In, MoneyOut, Out
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
        return rule_sentence(
            _told(rule).definition, money=rule.program.currency, zone=rule.program.zone
        )

    def get_definition(self, rule: EarningRule) -> dict[str, Any]:
        """The keys of the programme document's part `rules`."""
        return meaning_of(_told(rule).definition)


class WhatIfIn(In):
    """What to try on the past: the newest draft of the rule, or a world without the rule."""

    change = serializers.ChoiceField(choices=Change.values, default=Change.DRAFT.value)
    days = serializers.IntegerField(
        min_value=1, max_value=DAYS_MAX, default=DAYS_DEFAULT, help_text="How far back it looks."
    )


class ProgressOut(Out):
    """How far a what-if is."""

    percent = serializers.IntegerField()
    members = serializers.IntegerField()
    members_done = serializers.IntegerField()
    events_done = serializers.IntegerField()


class UpAndDownOut(Out):
    """Members who would have earned more, less, and as much."""

    up = serializers.IntegerField()
    down = serializers.IntegerField()
    same = serializers.IntegerField()


class CurrencyChangeOut(Out):
    """Points of one currency: earned really, and with the change; what of the change would still be outstanding."""

    currency = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    change = serializers.IntegerField()
    worth = MoneyOut(allow_null=True)
    outstanding = serializers.IntegerField()
    outstanding_worth = MoneyOut(allow_null=True)


class LimitChangeOut(Out):
    """What one kind of limit cut, in points, or how often it stopped a rule."""

    code = serializers.CharField()
    unit = serializers.ChoiceField(choices=["points", "times"])
    before = serializers.IntegerField()
    after = serializers.IntegerField()


class MemberChangeOut(Out):
    """One member's points, before and after."""

    member = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    change = serializers.IntegerField()


class SampleOut(Out):
    """One event, explained both ways."""

    event = serializers.CharField()
    change = serializers.IntegerField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class ReportOut(Out):
    """What would have been, beside what was."""

    events = serializers.IntegerField()
    events_changed = serializers.IntegerField()
    members = UpAndDownOut()
    currencies = CurrencyChangeOut(many=True)
    limits = LimitChangeOut(many=True)
    tier_moves = serializers.ListField(child=serializers.JSONField())
    winners = MemberChangeOut(many=True)
    losers = MemberChangeOut(many=True)
    samples = SampleOut(many=True)


class WhatIfOut(Out):
    """A what-if: what it tries, how far it is, and its report so far. `is_current`: the draft has not changed since."""

    id = serializers.CharField()
    rule = serializers.CharField()
    change = serializers.ChoiceField(choices=Change.values)
    version = serializers.IntegerField(allow_null=True)
    is_current = serializers.BooleanField()
    dates_left_out = serializers.BooleanField(
        help_text="The draft's own first and last day lie outside of what was played, so it was tried without them."
    )
    state = serializers.ChoiceField(choices=WhatIfState.values)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    author = serializers.CharField()
    progress = ProgressOut()
    report = ReportOut(allow_null=True)


def _told(rule: EarningRule) -> RuleRevision:
    """The newest revision that was ever live, else the draft; the rule's revisions are prefetched by number."""
    revisions: list[RuleRevision] = list(rule.revisions.all())
    return next((each for each in reversed(revisions) if each.frozen_at), revisions[-1])
