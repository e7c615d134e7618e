"""People who decide: reviews, approvals by hand, fraud, appeals (R-27, R-43, R-44)."""

import pytest

from referrals.attribution.refusals import MoveNotAllowed, ReasonRequired
from referrals.guard.appealing import appeal, refuse_appeal
from referrals.guard.models import ReferralReview
from referrals.guard.refusals import AppealTooLate, AppealUsed, SameReviewer
from referrals.qualification.deciding import (
    approve_by_hand,
    reject_by_hand,
    reopen,
    reverse_by_hand,
)
from tests.referrals.guards import weighed
from tests.world.referrals import (
    KEY,
    a_cafe,
    a_friend,
    a_staff_actor,
    at,
    bought,
    code_of,
    grants_of,
    points_of,
    referral_of,
    returned,
    story_of,
    ticked,
    told,
)

pytestmark = pytest.mark.django_db
CARD = "visa-4242"
HER_OWN = 45  # what Ada has earned by her own order


class TestPeople:
    """R-27, R-43, R-44."""

    def in_review(self):
        cafe = a_cafe()
        bought(cafe, "ada", order_id="hers", when="11-02 09:00", payment_fingerprint=CARD)
        a_friend(cafe, code=code_of(cafe).text)
        assert weighed(cafe, payment_fingerprint=CARD)[0] == "review"
        return cafe

    def test_time_approves_nothing_in_review(self):
        """R-43."""
        cafe = self.in_review()

        ticked(cafe, "2028-01-01 09:00")

        assert referral_of(cafe).state == "review"
        assert points_of(cafe, "ada") == HER_OWN

    def test_a_cleared_one_is_approved_by_the_next_tick_if_the_hold_is_over(self):
        """R-22: the hold runs on while people look."""
        cafe = self.in_review()
        row = referral_of(cafe)

        approve_by_hand(
            program=cafe, referral_id=row.pk, reason="A couple.", actor=KEY, at=at("12-20 09:00")
        )
        assert referral_of(cafe).state == "pending"
        assert points_of(cafe, "ada") == HER_OWN
        ticked(cafe, "12-20 09:00")

        assert referral_of(cafe).state == "approved"
        review = ReferralReview.objects.get()
        assert (review.decision, review.reason, review.decided_by) == (
            "cleared",
            "A couple.",
            KEY.shown,
        )

    def test_a_return_overtakes_the_review(self):
        """R-22: back to joined, promises cancelled, the review closed."""
        cafe = self.in_review()

        returned(cafe, when="11-22 09:00", order_id="order-of-grace")

        assert referral_of(cafe).state == "joined"
        assert ReferralReview.objects.get().decision == "overtaken"
        assert {state for state, _ in grants_of(cafe).values()} == {"cancelled"}

    def test_every_decision_takes_a_reason(self):
        cafe = self.in_review()
        row = referral_of(cafe)
        for rule in (approve_by_hand, reject_by_hand, reopen, reverse_by_hand):
            with pytest.raises(ReasonRequired):
                rule(program=cafe, referral_id=row.pk, reason="  ", actor=KEY, at=at("11-21 09:00"))

        assert referral_of(cafe).state == "review"

    def test_approval_by_hand_ends_a_hold_and_skips_no_block_rule(self):
        """R-27."""
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        row = referral_of(cafe)
        approve_by_hand(
            program=cafe, referral_id=row.pk, reason="Sold on.", actor=KEY, at=at("11-21 09:00")
        )

        assert (referral_of(cafe).state, points_of(cafe, "ada")) == ("approved", 500)
        with pytest.raises(MoveNotAllowed):
            reject_by_hand(
                program=cafe, referral_id=row.pk, reason="Late.", actor=KEY, at=at("11-22 09:00")
            )

    def test_fraud_is_taken_back(self):
        """R-22: approved to reversed, by staff."""
        cafe = a_cafe()
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        ticked(cafe, "12-04 09:00")

        reverse_by_hand(
            program=cafe,
            referral_id=referral_of(cafe).pk,
            reason="Forged.",
            actor=a_staff_actor(),
            at=at("12-05 09:00"),
        )

        assert (referral_of(cafe).state, points_of(cafe, "ada")) == ("reversed", 0)


class TestAppeals:
    """R-44."""

    def rejected(self):
        cafe, clerk = a_cafe(), a_staff_actor()
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        row = referral_of(cafe)
        reject_by_hand(
            program=cafe, referral_id=row.pk, reason="Odd.", actor=clerk, at=at("11-21 09:00")
        )
        return cafe, row, clerk

    def test_somebody_else_decides_and_the_state_is_computed_anew(self):
        cafe, row, clerk = self.rejected()
        appeal(program=cafe, referral_id=row.pk, words="It was me.", at=at("11-22 09:00"))

        with pytest.raises(SameReviewer):
            reopen(
                program=cafe, referral_id=row.pk, reason="Fine.", actor=clerk, at=at("11-23 09:00")
            )
        assert referral_of(cafe).state == "rejected"
        reopen(
            program=cafe,
            referral_id=row.pk,
            reason="Fine.",
            actor=a_staff_actor(),
            at=at("11-23 09:00"),
        )

        assert (referral_of(cafe).state, row.appeal.state) == ("pending", "upheld")
        assert grants_of(cafe)["friend"] == ("promised", 0)
        ticked(cafe, "12-04 09:00")
        assert referral_of(cafe).state == "approved"

    def test_is_made_once_and_in_time(self):
        cafe, row, clerk = self.rejected()
        with pytest.raises(AppealTooLate):
            appeal(program=cafe, referral_id=row.pk, words="Late.", at=at("12-21 09:00"))
        appeal(program=cafe, referral_id=row.pk, words="Now.", at=at("12-21 08:59"))
        with pytest.raises(AppealUsed):
            appeal(program=cafe, referral_id=row.pk, words="Again.", at=at("12-21 08:59"))

        with pytest.raises(SameReviewer):
            refuse_appeal(
                program=cafe, referral_id=row.pk, reason="No.", actor=clerk, at=at("12-22 09:00")
            )
        refuse_appeal(
            program=cafe,
            referral_id=row.pk,
            reason="No.",
            actor=a_staff_actor(),
            at=at("12-22 09:00"),
        )
        assert referral_of(cafe).state == "rejected"

    def test_what_ended_meanwhile_is_over(self):
        """R-22: overruled after the window: expired."""
        cafe, row, _clerk = self.rejected()
        returned(cafe, when="11-25 09:00")

        reopen(
            program=cafe,
            referral_id=row.pk,
            reason="Late.",
            actor=a_staff_actor(),
            at=at("2027-02-01 09:00"),
        )

        assert referral_of(cafe).state == "expired"

    def test_a_false_alarm_of_not_new_is_put_aside(self):
        """R-44: overruled by people, the rule does not stop it again."""
        cafe = a_cafe()
        a_friend(cafe, "carol", email="shared@example.net")
        friend = a_friend(cafe, email="shared@example.net")
        row = told(cafe, friend, code_of(cafe).text).referral
        appeal(program=cafe, referral_id=row.pk, words="My sister's.", at=at("11-11 09:00"))
        reopen(
            program=cafe,
            referral_id=row.pk,
            reason="True.",
            actor=a_staff_actor(),
            at=at("11-12 09:00"),
        )

        bought(cafe)
        ticked(cafe, "12-04 09:00")

        assert [to for _from, to, _why in story_of(referral_of(cafe))] == [
            "rejected",
            "joined",
            "pending",
            "approved",
        ]
