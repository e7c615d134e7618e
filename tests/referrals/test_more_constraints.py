"""The database refuses by itself: guard and rewards, each constraint and trigger alone."""

import pytest
from django.db import transaction

from loyalty.foundation.ids import new_id
from referrals.attribution.kinds import ReferralState
from referrals.attribution.moving import Step, move
from referrals.guard.appealing import appeal
from referrals.guard.models import IdentityMark, ReferralAppeal, ReferralCheck, ReferralReview
from referrals.rewards.kinds import GRANT_MOVES, GrantState
from referrals.rewards.models import CapUse, GrantReversal, PlanBudget, ReferralGrant
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    at,
    bought,
    code_of,
    in_a_unit,
    referral_of,
)
from tests.world.tables import changed, copied, refused

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


def _passes(work):
    from django.db import IntegrityError

    try:
        with transaction.atomic():
            work()
    except IntegrityError:
        return False
    return True


class TestGuard:
    def test_a_signal_is_checked_once_a_stage(self):
        """R-38."""
        check = ReferralCheck.objects.filter(referral=a_referral())[0]
        with refused("signal_is_checked_once_a_stage"):
            copied(check)

    def test_a_review_is_open_once_and_decided_with_a_reason(self):
        """R-43."""
        review = ReferralReview.objects.create(referral=a_referral(), opened_at=at("11-20 10:00"))
        with refused("referral_has_one_open_review"):
            copied(review)
        with refused("review_is_decided_with_a_reason"):
            changed(review, decided_at=at("11-21 10:00"), decision="cleared")

    def test_an_appeal_is_decided_by_another(self):
        """R-44."""
        row = a_referral()
        in_a_unit(
            lambda: move(
                [Step(referral=row, to=ReferralState.REJECTED, why="by_staff", actor=KEY)],
                at=at("11-20 10:00"),
            )
        )
        appeal(program=row.program, referral_id=row.pk, words="No.", at=at("11-21 10:00"))
        told = ReferralAppeal.objects.get()
        with refused("appeal_is_decided_by_another"):
            changed(told, decided_by=told.rejected_by)

    def test_identities_are_marked_once(self):
        """R-48: a tombstone is one, too, and has an end."""
        mark = IdentityMark.objects.create(
            program=a_cafe(),
            kind="email",
            key_id="k",
            digest=b"x" * 16,
            expires_at=at("12-01 10:00"),
        )
        with refused("identity_is_marked_once"):
            copied(mark)
        with refused("tombstone_has_an_end"):
            changed(mark, expires_at=None)


class TestRewards:
    def test_grants(self):
        """R-29, R-35."""
        row = a_pending()
        grant = row.grants.get(side="friend")
        with refused("each_side_is_rewarded_once"):
            copied(grant)
        with refused("grant_moves_points_only_when_granted"):
            changed(grant, entry_id=new_id())
        with refused("grant_gives_something"):
            changed(grant, amount=0)
        changed(grant, state="granted")
        with refused("grant_is_taken_back_up_to_its_amount"):
            changed(grant, recovered=301)
        reversal = GrantReversal.objects.create(
            grant=grant, source_id=new_id(), at=at("12-01 10:00")
        )
        with refused("return_takes_a_grant_back_once"):
            copied(reversal)
        with refused("grant_reversal_takes_nothing_negative"):
            changed(reversal, amount=-1)

    def test_grants_move_as_allowed(self):
        """R-29: all pairs, by the trigger grants_move_as_allowed."""
        grant = a_pending().grants.get(side="friend")
        allowed = set()
        for before in GrantState.values:
            for after in GrantState.values:
                if before == after:
                    continue
                _put_grant(grant, before)
                if _passes(lambda after=after: changed(grant, state=after)):
                    allowed.add((before, after))

        assert allowed == GRANT_MOVES

    def test_caps_and_budgets(self):
        """R-31, R-33."""
        row = a_referral()
        use = CapUse.objects.create(
            plan=row.plan, advocate=row.advocate, period_key="ever", used=1, cap=1
        )
        with refused("cap_is_never_exceeded"):
            changed(use, used=2)
        with refused("cap_is_counted_in_one_place"):
            copied(use)
        budget = PlanBudget.objects.create(plan=row.plan, limit=100, spent=100)
        with refused("plan_budget_is_kept"):
            changed(budget, spent=101)


def _put_grant(grant, state):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE referrals_referralgrant SET state = %s WHERE id = %s", [state, grant.pk]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    grant.refresh_from_db()
    return ReferralGrant
