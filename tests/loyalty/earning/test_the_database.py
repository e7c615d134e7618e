"""Every rule twice: what code does not do, the database refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from loyalty.earning.models import Earning, EarningRule, Explanation, RulePeriod, RuleRevision
from loyalty.earning.rules.publishing import (
    draft,
    pause,
    publish,
)
from loyalty.foundation.actors import job
from loyalty.foundation.ids import new_id
from tests.world.earning import NOON, a_cafe, a_rule, an_order, rewarded, telling
from tests.world.members import a_member
from tests.world.programs import currency_of

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = job("tests")
HOUR = timedelta(hours=1)


def published(program, at=NOON, **changed):
    """A revision of the rule `order`, drafted and published."""
    revision = draft(program=program, definition=a_rule(**changed), actor=STAFF, at=at)
    return publish(revision_id=revision.pk, program=program, actor=STAFF, at=at)


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
