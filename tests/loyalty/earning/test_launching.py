"""What stands between a draft and its going live: warnings, a second person, a date (U-33, S-26, S-27)."""

from datetime import timedelta

import pytest

from loyalty.access.approvals.models import Proposal
from loyalty.access.approvals.proposing import SecondPersonNeeded, approve, said
from loyalty.earning.launching.going_live import DraftChanged, launch
from loyalty.earning.launching.models import LaunchPlan
from loyalty.earning.launching.planning import LaunchInThePast, cancel_plan, launch_due
from loyalty.earning.launching.redrafting import copy_rule, differences_of, draft_again
from loyalty.earning.replaying.asking import newest_draft
from loyalty.earning.rules.publishing import RuleEnded, RuleNotDraft, end
from loyalty.foundation.actors import Actor, ActorKind
from loyalty.foundation.refusals import NotFound
from loyalty.foundation.units import run
from loyalty.jobs.ticking import do_due
from loyalty.outbox.scheduling import dues
from tests.world.access import a_person
from tests.world.earning import NOON, a_cafe, a_rule
from tests.world.programs import a_program, applied
from tests.world.replaying import DOUBLE, STAFF, a_draft, a_past, asked, the_rule, worked_on

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
SLIGHTLY = {"lines": {"exclude": {"skus": ["MUG-1"]}}}


def staff():
    return Actor(kind=ActorKind.STAFF, id=a_person().pk)


def launched(rule, *, by=STAFF, due_at=None, at=NOON):
    return launch(
        program=rule.program,
        revision_id=newest_draft(rule).pk,
        due_at=due_at,
        actor=by,
        at=at,
    )


def state_of(rule):
    rule.refresh_from_db()
    return rule.state, [period.revision.number for period in rule.periods.order_by("starts_at")]


class TestTwoPeople:
    """S-26: publishing what gives more than ten percent more takes two; below, at and above."""

    @pytest.mark.parametrize(
        ("points", "needs"), [(109, False), (110, False), (111, True)], ids=["below", "at", "above"]
    )
    def test_from_ten_percent_more(self, points, needs):
        cafe = a_past(a_rule(effect={"kind": "fixed", "points": 100}))
        rule = a_draft(cafe, effect={"kind": "fixed", "points": points})
        worked_on(asked(rule))

        done = launched(rule, by=staff())

        assert (done.proposal is not None) == needs
        assert state_of(rule)[1] == ([1] if needs else [1, 2])

    def test_what_was_never_tried_takes_two_where_there_is_a_past(self):
        rule = a_draft(a_past(), **SLIGHTLY)

        assert launched(rule, by=staff()).proposal is not None
        assert state_of(rule) == ("live", [1])

    def test_a_new_programme_has_nothing_to_try_it_on(self):
        assert launched(a_draft(a_program()), by=staff()).rule.state == "live"

    def test_the_programme_may_switch_it_off(self):
        cafe = a_past()
        applied({"program": {"slug": cafe.slug, "publish_alone_percent": None}})
        rule = a_draft(cafe, effect=DOUBLE)

        assert launched(rule, by=staff()).rule.state == "live"

    def test_the_second_person_sees_what_it_did_to_the_past_and_publishes(self):
        cafe = a_past()
        rule = a_draft(cafe, effect=DOUBLE)
        worked_on(asked(rule))
        proposal = launched(rule, by=staff()).proposal
        sentence = said(proposal)

        approve(program=cafe, proposal_id=proposal.pk, actor=staff(), at=NOON)

        assert sentence == (
            "Publish “Purchases”, version 2. Tried on 3 past events: 60 points became 120."
        )
        assert state_of(rule) == ("live", [1, 2])

    def test_nobody_approves_alone(self):
        rule = a_draft(a_past(), effect=DOUBLE)
        me = staff()
        proposal = launched(rule, by=me).proposal

        with pytest.raises(SecondPersonNeeded):
            approve(program=rule.program, proposal_id=proposal.pk, actor=me, at=NOON)

        assert state_of(rule) == ("live", [1])

    def test_a_draft_that_was_changed_since_is_not_published_by_the_old_proposal(self):
        rule = a_draft(a_past(), effect=DOUBLE)
        proposal = launched(rule, by=staff()).proposal
        a_draft(rule.program, effect={"kind": "fixed", "points": 9000})

        with pytest.raises(DraftChanged):
            approve(program=rule.program, proposal_id=proposal.pk, actor=staff(), at=NOON)

        assert state_of(rule) == ("live", [1])
        assert Proposal.objects.get().state == "open"

    def test_a_double_click_proposes_once(self):
        rule = a_draft(a_past(), effect=DOUBLE)
        me = staff()

        assert launched(rule, by=me).proposal == launched(rule, by=me).proposal


class TestAtATime:
    def test_goes_live_by_itself(self):
        """U-33: on the tick, and on the way of a test clock."""
        rule = a_draft(a_program())
        launched(rule, due_at=NOON + DAY)

        before = run(lambda: launch_due(program=rule.program, at=NOON))
        do_due(due=dues["earning.launches"], program=rule.program, at=NOON + DAY)

        assert (before, state_of(rule)) == (False, ("live", [1]))
        assert rule.periods.get().starts_at.year == 1970  # the first rules have no beginning

    def test_a_draft_that_was_changed_since_does_not(self):
        rule = a_draft(a_program())
        launched(rule, due_at=NOON + DAY)
        a_draft(rule.program, effect=DOUBLE)

        run(lambda: launch_due(program=rule.program, at=NOON + DAY))

        assert state_of(rule) == ("draft", [])
        assert [(p.state, p.note) for p in LaunchPlan.objects.all()] == [
            ("dropped", "draft_changed")
        ]

    def test_can_be_taken_back_and_planned_anew(self):
        rule = a_draft(a_program())
        launched(rule, due_at=NOON + DAY)
        cancel_plan(program=rule.program, revision_id=newest_draft(rule).pk)
        launched(rule, due_at=NOON + 2 * DAY)
        launched(rule, due_at=NOON + 3 * DAY)

        states = list(LaunchPlan.objects.order_by("id").values_list("state", flat=True))

        assert states == ["dropped", "dropped", "planned"]

    def test_not_in_the_past(self):
        """E-21: no period is back-dated."""
        rule = a_draft(a_program())

        with pytest.raises(LaunchInThePast):
            launched(rule, due_at=NOON)

        assert LaunchPlan.objects.count() == 0

    def test_not_what_is_live_or_over_and_nothing_that_is_not_planned(self):
        cafe = a_cafe(a_rule())
        rule = the_rule()
        revision = rule.revisions.get()
        how = {"program": cafe, "actor": STAFF, "at": NOON}

        with pytest.raises(RuleNotDraft):
            launch(revision_id=revision.pk, due_at=NOON + DAY, **how)
        with pytest.raises(NotFound):
            cancel_plan(program=cafe, revision_id=revision.pk)
        end(rule_id=rule.pk, **how)
        with pytest.raises(RuleEnded):
            launch(revision_id=revision.pk, due_at=NOON + DAY, **how)

        assert LaunchPlan.objects.count() == 0


class TestTheWayBack:
    def test_an_old_revision_is_drafted_anew(self):
        """U-33: going back is publishing an old one anew; its number is a new one."""
        cafe = a_cafe(a_rule())
        rule = a_draft(cafe, effect=DOUBLE)
        launched(rule)
        first = rule.revisions.get(number=1)

        again = draft_again(program=cafe, revision_id=first.pk, actor=STAFF, at=NOON)

        assert (again.number, again.definition) == (3, first.definition)
        assert [each.pointer for each in differences_of(first, rule.revisions.get(number=2))] == [
            "/effect/points"
        ]

    def test_a_copy_is_a_draft_of_another_rule(self):
        cafe = a_cafe(a_rule())

        copied = copy_rule(program=cafe, rule_id=the_rule().pk, actor=STAFF, at=NOON)
        again = copy_rule(program=cafe, rule_id=the_rule().pk, actor=STAFF, at=NOON)

        assert (copied.rule.slug, copied.rule.state) == ("order-2", "draft")
        assert again.rule.slug == "order-3"

    def test_another_programmes_revision_is_not_there(self):
        rule = a_draft(a_program("other"))

        with pytest.raises(NotFound):
            draft_again(program=a_program(), revision_id=newest_draft(rule).pk, actor=STAFF, at=NOON)  # fmt: skip

        assert rule.revisions.count() == 1
