"""Rules come, pause and go; what an event was judged by stays (E-20, E-21)."""

from datetime import timedelta

import pytest

from loyalty.earning.models import EarningRule, RuleRevision
from loyalty.earning.rules.compiling import BEGINNING
from loyalty.earning.rules.publishing import (
    RuleEnded,
    RuleNotDraft,
    RuleNotLive,
    draft,
    end,
    pause,
    publish,
    resume,
)
from loyalty.foundation.actors import job
from loyalty.foundation.refusals import NotFound
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.members import a_member
from tests.world.programs import a_program

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("tests")
HOUR = timedelta(hours=1)
DOUBLE = {"kind": "per_amount", "points": 2, "per": 100}


def published(program, at=NOON, **changed):
    """A revision of the rule `order`, drafted and published."""
    revision = draft(program=program, definition=a_rule(**changed), actor=STAFF, at=at)
    return publish(revision_id=revision.pk, program=program, actor=STAFF, at=at)


def earned(program, member, at, told_at=None):
    (answer,) = rewarded(program, telling(an_order(1000), of=member, at=at), at=told_at or at)
    return sum(points["points"] for points in answer.points)


def periods_of(rule):
    return [
        (period.revision.number, period.starts_at, period.ends_at)
        for period in rule.periods.order_by("starts_at").select_related("revision")
    ]


class TestPublishing:
    def test_a_draft_earns_nothing(self):
        cafe = a_program()
        ada = a_member(cafe)
        draft(program=cafe, definition=a_rule(), actor=STAFF, at=NOON)

        assert earned(cafe, ada, NOON) == 0

    def test_an_event_is_judged_by_the_revision_that_was_live_when_it_happened(self):
        """E-21: a late event gets the old revision, whenever it is told."""
        cafe = a_cafe(a_rule())
        ada = a_member(cafe)
        rule = published(cafe, at=NOON, effect=DOUBLE)

        late = NOON + 3 * HOUR
        assert earned(cafe, ada, NOON - timedelta(seconds=1), told_at=late) == 10
        assert earned(cafe, ada, NOON, told_at=late) == 20
        assert periods_of(rule) == [(1, BEGINNING, NOON), (2, NOON, None)]

    def test_no_period_is_back_dated_once_events_were_judged(self):
        cafe = a_program()
        ada = a_member(cafe)
        earned(cafe, ada, NOON - HOUR)

        rule = published(cafe)

        assert periods_of(rule) == [(1, NOON, None)]
        assert earned(cafe, ada, NOON - timedelta(seconds=1), told_at=NOON) == 0

    def test_a_pause_is_a_gap_that_the_explanation_names(self):
        cafe = a_cafe(a_rule())
        ada = a_member(cafe)
        rule = EarningRule.objects.get()
        pause(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON)
        resume(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON + HOUR)

        inside = telling(an_order(1000), of=ada, at=NOON + HOUR / 2)
        (answer,) = rewarded(cafe, inside, at=NOON + 2 * HOUR)

        assert answer.why_nothing == "paused"
        assert earned(cafe, ada, NOON + HOUR) == 10
        assert periods_of(rule) == [(1, BEGINNING, NOON), (1, NOON + HOUR, None)]

    def test_an_ended_rule_stays_ended(self):
        cafe = a_cafe(a_rule())
        ada = a_member(cafe)
        rule = EarningRule.objects.get()
        end(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON)

        for again in (resume, pause, end):
            with pytest.raises(RuleEnded):
                again(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON + HOUR)

        assert earned(cafe, ada, NOON + HOUR) == 0
        assert earned(cafe, ada, NOON - HOUR, told_at=NOON + HOUR) == 10

    def test_only_what_is_live_can_be_paused_and_only_what_is_paused_resumed(self):
        cafe = a_cafe(a_rule())
        rule = EarningRule.objects.get()

        with pytest.raises(RuleNotLive):
            resume(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON)

        assert periods_of(rule) == [(1, BEGINNING, None)]

    def test_a_published_revision_is_not_published_again(self):
        cafe = a_cafe(a_rule())
        revision = RuleRevision.objects.get()

        with pytest.raises(RuleNotDraft):
            publish(revision_id=revision.pk, program=cafe, actor=STAFF, at=NOON)

    def test_another_programmes_rule_is_not_there(self):
        a_cafe(a_rule())
        other = a_program("other")

        with pytest.raises(NotFound):
            pause(rule_id=EarningRule.objects.get().pk, program=other, actor=STAFF, at=NOON)

    def test_each_change_of_state_is_announced(self):
        cafe = a_cafe(a_rule())
        pause(rule_id=EarningRule.objects.get().pk, program=cafe, actor=STAFF, at=NOON)

        told = AnnouncedFact.objects.filter(name="rule.changed").order_by("id")

        assert [fact.body["state"] for fact in told] == ["live", "paused"]

    def test_a_draft_is_changed_in_place_and_an_equal_one_is_the_same(self):
        cafe = a_cafe(a_rule())
        same = draft(program=cafe, definition=a_rule(priority=0), actor=STAFF, at=NOON)
        changed = draft(program=cafe, definition=a_rule(effect=DOUBLE), actor=STAFF, at=NOON)
        again = draft(program=cafe, definition=a_rule(priority=7), actor=STAFF, at=NOON)

        assert (same.number, changed.number, again.number) == (1, 2, 2)
        assert RuleRevision.objects.count() == 2
