"""Rules come, pause and go; what an event was judged by stays (E-20, E-21)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.earning.expressions import ExpressionInvalid
from loyalty.earning.models import Earning, EarningRule, Explanation, RulePeriod, RuleRevision
from loyalty.earning.rules.publishing import (
    BEGINNING,
    RuleEnded,
    RuleNotDraft,
    RuleNotLive,
    draft,
    end,
    pause,
    publish,
    resume,
)
from loyalty.earning.rules.reading import EffectIncomplete, UnlockNotSupported, read_definition
from loyalty.foundation.actors import job
from loyalty.foundation.ids import new_id
from loyalty.foundation.refusals import Malformed, NotFound
from loyalty.outbox.models import AnnouncedFact
from tests.world.earning import NOON, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.members import a_member
from tests.world.programs import a_program, applied, currency_of

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

    @pytest.mark.parametrize("source", ["order.fulfilled", "safe_order"])
    def test_refuses_to_wait_for_what_is_not_built(self, source):
        """E-55: said when saving, never by points that would not come."""
        unlock = {"after": "P14D", "from": source, "cancel_after": "P90D"}

        with pytest.raises(UnlockNotSupported):
            read_definition(a_rule(unlock=unlock), currencies={"stars"})


class TestTheDatabase:
    """Every rule twice: what code does not do, the database refuses."""

    @pytest.fixture
    def cafe(self):
        cafe = a_cafe(a_rule())
        rewarded(cafe, telling(an_order(1000), of=a_member(cafe)))
        return cafe

    @pytest.mark.parametrize(
        ("sql", "constraint"),
        [
            ("UPDATE loyalty_rulerevision SET author = 'x'", "frozen_revision_never_changes"),
            ("UPDATE loyalty_explanation SET body = '{}'", "explanation_is_never_changed"),
            ("DELETE FROM loyalty_explanation", "explanation_is_never_changed"),
            ("UPDATE loyalty_earning SET points = 11", "earning_only_gains_claims"),
            ("UPDATE loyalty_earning SET claimed = 11", "earning_claimed_up_to_its_points"),
            ("DELETE FROM loyalty_earning", "earning_is_never_deleted"),
            ("UPDATE loyalty_earningrule SET state = 'gone'", "rule_state_is_known"),
        ],
    )
    def test_refuses(self, cafe, sql, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            connection.cursor().execute(sql)

        assert Earning.objects.get().points == 10
        assert Explanation.objects.get().body["points"] == 10

    def test_refuses_a_second_earning_of_an_event_by_a_rule(self, cafe):
        """E-34."""
        earning = Earning.objects.get()
        earning.pk = new_id()

        with pytest.raises(IntegrityError, match="earning_is_one_per_rule"):
            earning.save(force_insert=True)

    def test_refuses_a_second_earning_under_a_key_that_counts_once(self, cafe):
        """E-40: while points are left."""
        earning = Earning.objects.get()
        once = {
            "program_id": cafe.pk,
            "member_id": earning.member_id,
            "rule_id": earning.rule_id,
            "revision_id": earning.revision_id,
            "currency_id": currency_of(cafe).pk,
            "version": 1,
            "points": 5,
            "day": NOON.date(),
            "occurred_at": NOON,
            "once_key": b"k" * 16,
        }
        Earning.objects.create(event_id=new_id(), entry_id=new_id(), claimed=5, **once)
        Earning.objects.create(event_id=new_id(), entry_id=new_id(), **once)

        with pytest.raises(IntegrityError, match="earning_once_per_key"):
            Earning.objects.create(event_id=new_id(), entry_id=new_id(), **once)

    def test_refuses_an_earning_without_points(self, cafe):
        earning = Earning.objects.get()
        earning.pk, earning.event_id, earning.points = new_id(), new_id(), 0

        with pytest.raises(IntegrityError, match="earning_has_points"):
            earning.save(force_insert=True)

    def test_refuses_two_open_periods_and_empty_ones(self, cafe):
        rule, revision = EarningRule.objects.get(), RuleRevision.objects.get()
        with pytest.raises(IntegrityError, match="rule_has_one_open_period"):
            RulePeriod.objects.create(rule=rule, revision=revision, starts_at=NOON)
        with pytest.raises(IntegrityError, match="period_ends_after_its_start"):
            RulePeriod.objects.create(rule=rule, revision=revision, starts_at=NOON, ends_at=NOON)

        assert RulePeriod.objects.count() == 1

    def test_refuses_to_change_an_ended_period(self, cafe):
        rule = EarningRule.objects.get()
        pause(rule_id=rule.pk, program=cafe, actor=STAFF, at=NOON + HOUR)

        with pytest.raises(IntegrityError, match="ended_period_never_changes"):
            RulePeriod.objects.update(ends_at=datetime(2030, 1, 1, tzinfo=UTC))

    def test_refuses_doubled_numbers_and_slugs(self, cafe):
        rule, revision = EarningRule.objects.get(), RuleRevision.objects.get()
        with pytest.raises(IntegrityError, match="revision_numbers_are_unique"):
            rule.revisions.create(number=1, definition={}, author="x", created_at=NOON)
        with pytest.raises(IntegrityError, match="revision_number_from_one"):
            rule.revisions.create(number=0, definition={}, author="x", created_at=NOON)
        with pytest.raises(IntegrityError, match="rule_slug_is_its_own"):
            EarningRule.objects.create(program=cafe, slug=rule.slug, name={}, created_at=NOON)

        assert revision.number == 1


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
