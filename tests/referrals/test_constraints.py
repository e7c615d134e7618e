"""The database refuses by itself what the rules refuse in words; each constraint and trigger alone, by raw rows."""

import pytest
from django.db import transaction

from referrals.attribution.kinds import MOVES, ReferralState
from referrals.attribution.models import ReferralMove, Touch
from referrals.attribution.moving import Step, move
from referrals.attribution.refusals import MoveNotAllowed
from referrals.codes.models import Advocate, ReferralCode
from referrals.plans.models import PlanVersion, ReferralPlan
from tests.world.members import a_member
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    in_a_unit,
    plan_of,
    referral_of,
)
from tests.world.tables import changed, copied, emptied, refused

pytestmark = pytest.mark.django_db
STATES = [state.value for state in ReferralState]


def a_referral(program=None):
    cafe = program or a_cafe()
    a_friend(cafe, code=code_of(cafe).text)
    return referral_of(cafe)


def a_pending():
    row = a_referral()
    bought(row.program)
    return referral_of(row.program)


def put(row, state):
    """The row in this state, past rule and trigger."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE referrals_referral SET state = %s WHERE id = %s", [state, row.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    row.refresh_from_db()
    return row


class TestMoves:
    """R-22: every allowed move works, every other is refused by the rule and by the trigger."""

    def test_the_rule_and_the_trigger_know_the_same_moves(self):
        """Each of 42 pairs, by raw SQL and by the rule."""
        row = a_referral()
        by_trigger, by_rule = set(), set()
        for before in STATES:
            for after in STATES:
                if before == after:
                    continue
                put(row, before)
                if _passes(lambda after=after: changed(row, state=after)):
                    by_trigger.add((before, after))
                put(row, before)
                if _moves(row, after):
                    by_rule.add((before, after))

        allowed = {pair for pair in MOVES if pair[0]}
        assert by_trigger == allowed
        assert by_rule == allowed

    def test_a_referral_begins_joined_or_rejected(self):
        """R-22: referrals_begin_as_allowed."""
        row = a_referral()
        other = a_member(row.program, "boris")
        with refused("referrals_begin_as_allowed"):
            copied(row, friend_id=other.pk, state="approved", number=2)

    def test_a_forbidden_move_names_its_trigger(self):
        row = a_referral()
        with refused("referrals_move_as_allowed"):
            changed(row, state="approved")

    def test_moves_are_kept_and_allowed(self):
        row = a_referral()
        first = row.story.get()
        with refused("referral_moves_are_kept"):
            changed(first, why="other")
        with refused("referral_moves_are_kept"):
            changed(first, reason="Other words.")
        with refused("referral_moves_are_not_removed"):
            emptied(ReferralMove)
        changed(first, reason="")  # the one thing that may go
        with refused("referral_moves_are_allowed"):
            copied(first, number=2, from_state="joined", to_state="approved")
        with refused("referral_moves_count_up"):
            copied(first)

    def test_states_are_known(self):
        row = a_referral()
        put(row, "joined")
        with refused("referral_state_is_known|referrals_move_as_allowed"):
            changed(row, state="dancing")


def _passes(work):
    from django.db import IntegrityError

    try:
        with transaction.atomic():
            work()
    except IntegrityError:
        return False
    return True


def _moves(row, after):
    step = Step(referral=row, to=ReferralState(after), why="test", actor=KEY)
    ReferralMove.objects.all()
    row.moves = ReferralMove.objects.filter(referral=row).count()
    try:
        in_a_unit(lambda: move([step], at=at("12-01 10:00")))
    except MoveNotAllowed:
        return False
    return True


class TestReferrals:
    def test_a_friend_is_brought_once(self):
        """R-19: only a rejected one may be followed by another."""
        row = a_referral()
        with refused("friend_is_brought_once"):
            copied(row, number=2)
        copied(row, number=3, state="rejected")

    def test_nobody_brings_themselves(self):
        """R-37."""
        row = a_referral()
        with refused("nobody_brings_themselves"):
            changed(row, advocate_member_id=row.friend_id)

    def test_a_household_passes_once(self):
        """R-41."""
        row = a_pending()
        changed(row, household=b"home", as_household=True)
        other = a_member(row.program, "boris")
        second = copied(row, friend_id=other.pk, number=2, state="joined", household=b"home")
        with refused("household_passes_once"):
            changed(second, state="pending", as_household=True)

    def test_friends_of_an_advocate_count_up(self):
        row = a_referral()
        other = a_member(row.program, "boris")
        with refused("friends_of_an_advocate_count_up"):
            copied(row, friend_id=other.pk)


class TestPlans:
    def test_slugs_versions_and_states(self):
        """R-1."""
        plan = plan_of(a_cafe())
        version = PlanVersion.objects.get(plan=plan)
        with refused("plan_slug_is_its_own"):
            copied(plan)
        with refused("plan_state_is_known"):
            changed(plan, state="asleep")
        with refused("plan_audience_is_known"):
            changed(plan, audience="pets")
        with refused("plan_versions_count_up"):
            copied(version)
        with refused("published_versions_are_frozen"):
            changed(version, settings={})
        ReferralPlan.objects.filter(pk=plan.pk).update(state="retired")
        with refused("retired_plans_stay_retired"):
            changed(plan, state="live")


class TestCodes:
    def test_belong_to_one_advocate_for_ever(self):
        """R-7."""
        code = code_of(a_cafe())
        with refused("codes_are_never_given_away"):
            changed(code, text="OTHER")
        with refused("codes_are_never_given_away"):
            changed(code, text="")  # a made one holds nobody's name
        with refused("codes_are_never_removed"):
            emptied(ReferralCode)
        with refused("code_names_one_advocate"):
            copied(code, fold="OTHER")
        with refused("code_looks_like_no_other"):
            copied(code, canonical="OTHER")
        assert ReferralCode.objects.count() == 1

    def test_affiliates_are_no_members(self):
        """R-4."""
        advocate = code_of(a_cafe()).advocate
        with refused("affiliate_is_no_member"):
            changed(advocate, kind="affiliate")
        with refused("member_is_an_advocate_once"):
            copied(advocate)
        assert Advocate.objects.count() == 1


class TestTouches:
    def test_count_once(self):
        """R-14."""
        touch = a_referral().touch
        with refused("touch_of_a_friend_counts_once"):
            copied(touch, day="2026-12-24")
        visitor = copied(touch, kind="click", visitor=b"v" * 16, friend_id=None)
        with refused("touch_counts_once_a_day"):
            copied(visitor)
        with refused("touch_is_somebodys"):
            changed(visitor, visitor=None)
        assert Touch.objects.count() == 2
