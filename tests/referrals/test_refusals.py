"""Every refusal has a code, a status and a text in every language; every referral says what stands in its way (acceptance 17)."""

import re

import pytest
from django.utils import translation

from loyalty.foundation.refusals import DomainError, Kind
from loyalty.foundation.wire.problems import STATUS
from referrals.attribution import refusals as of_attribution
from referrals.codes import refusals as of_codes
from referrals.guard import refusals as of_guard
from referrals.plans import refusals as of_plans
from referrals.qualification import refusals as of_qualification
from referrals.rewards import refusals as of_rewards
from tests.world.access import a_shop
from tests.world.referrals import (
    a_cafe,
    a_friend,
    bought,
    code_of,
    referral_of,
    returned,
    ticked,
    told,
)

REFUSALS = {
    "referral_code_unknown": (of_codes.CodeUnknown, 422, {}),
    "referral_self": (of_guard.SelfReferral, 422, {}),
    "referral_friend_not_new": (of_guard.FriendNotNew, 422, {}),
    "referral_window_over": (of_attribution.WindowOver, 422, {}),
    "referral_minimum_not_met": (of_qualification.MinimumNotMet, 422, {"minimum": "30", "lacking": "5"}),
    "referral_order_excluded": (of_qualification.OrderExcluded, 422, {}),
    "referral_blocked": (of_guard.ReferralBlocked, 422, {}),
    "referral_capped": (of_rewards.RewardCappedOut, 422, {"period": "month"}),
    "referral_budget_spent": (of_rewards.BudgetSpent, 422, {}),
    "referral_claim_too_late": (of_attribution.ClaimTooLate, 422, {"days": 14}),
    "referral_reason_required": (of_attribution.ReasonRequired, 422, {}),
    "referral_appeal_used": (of_guard.AppealUsed, 422, {}),
    "referral_appeal_too_late": (of_guard.AppealTooLate, 422, {"days": 30}),
    "referral_same_reviewer": (of_guard.SameReviewer, 422, {}),
    "referral_not_counted": (of_guard.NotCounted, 422, {}),
    "referral_reward_not_possible": (of_plans.RewardUnknown, 422, {"side": "friend", "what": "nuts"}),
    "code_taken": (of_codes.CodeTaken, 422, {}),
    "code_refused": (of_codes.CodeRefused, 422, {"why": "short"}),
    "share_text_incomplete": (of_plans.ShareTextIncomplete, 422, {"language": "en"}),
    "referral_exists": (of_attribution.ReferralExists, 409, {"referral": "ref_1"}),
    "referral_move_not_allowed": (of_attribution.MoveNotAllowed, 409, {"state": "joined", "wanted": "reversed"}),
    "referral_plan_closed": (of_plans.PlanClosed, 409, {"plan": "friends"}),
    "referral_preview_missing": (of_plans.PreviewMissing, 409, {"number": 2}),
    "referral_under_review": (of_guard.UnderReview, 409, {}),
    "referral_rate_limited": (of_codes.RateLimited, 429, {"retry_after": 3}),
}  # fmt: skip
ROOMS = (of_attribution, of_codes, of_guard, of_plans, of_qualification, of_rewards)


def test_the_list_is_whole():
    """Section 13, and ours beside it: every class of the app stands above, under its own code."""
    there = {
        each
        for room in ROOMS
        for each in vars(room).values()
        if isinstance(each, type) and issubclass(each, DomainError) and each is not DomainError
    }

    assert {kind for kind, _status, _values in REFUSALS.values()} == there
    assert {code: kind.code for code, (kind, _status, _values) in REFUSALS.items()} == {
        code: code for code in REFUSALS
    }


@pytest.mark.parametrize("code", REFUSALS)
def test_speaks_every_language(code):
    """R-45: a title and a sentence, in words of their own, with every value in it."""
    kind, status, values = REFUSALS[code]
    texts = {}
    for language in ("en", "ar", "fa", "uk"):
        with translation.override(language):
            texts[language] = (str(kind.title), kind(**values).sentence())

    assert STATUS[Kind(kind.kind)] == status
    assert len({title for title, _sentence in texts.values()}) == 4
    assert len({sentence for _title, sentence in texts.values()}) == 4
    for _title, sentence in texts.values():
        assert not re.search(r"[{}]", sentence.replace("{link}", "").replace("{code}", ""))
        assert all(str(value) in sentence for value in values.values())


@pytest.mark.django_db
class TestHindrances:
    """GET …/explanation: what stands between this referral and its rewards, by the same codes."""

    def told_of(self, cafe, *scopes):
        shop = a_shop(cafe, *(scopes or ("*",)))
        row = referral_of(cafe)
        answer = shop.get(f"/v1/referrals/{row.shown_id}/explanation").json()
        return [each["code"] for each in answer["hindrances"]]

    def test_of_orders(self):
        """R-24: nothing ordered, too little, only what is left out, enough."""
        cafe = a_cafe(left_out_skus=["MUG"])
        a_friend(cafe, code=code_of(cafe).text)
        told_first = self.told_of(cafe)
        mug = [{"sku": "MUG", "quantity": 1, "amount": 9000}]
        bought(cafe, total=9000, lines=mug, order_id="mug", when="11-18 09:00")
        told_second = self.told_of(cafe)
        bought(cafe, total=1000, order_id="small", when="11-19 09:00")
        told_third = self.told_of(cafe)
        bought(cafe)

        assert [told_first, told_second, told_third, self.told_of(cafe)] == [
            ["referral_minimum_not_met"],
            ["referral_order_excluded"],
            ["referral_minimum_not_met"],
            [],
        ]

    def test_of_caps_and_budgets(self):
        """R-31, R-33."""
        cafe = a_cafe(budget=300)
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe)
        ticked(cafe, "12-04 09:00")

        assert self.told_of(cafe) == ["referral_budget_spent"]

        returned(cafe, when="12-20 09:00")
        assert self.told_of(cafe) == ["referral_not_counted"]

    def test_of_rejections_only_to_who_may_inspect(self):
        """R-45."""
        cafe = a_cafe()
        friend = a_friend(cafe, email="ada@example.org")
        assert told(cafe, friend, code_of(cafe).text).refusal is not None

        assert self.told_of(cafe) == ["referral_self"]
        assert self.told_of(cafe, "referrals:read") == ["referral_not_counted"]

    def test_of_doubts(self):
        """R-43."""
        cafe = a_cafe()
        bought(cafe, "ada", order_id="hers", when="11-02 09:00", payment_fingerprint="visa")
        a_friend(cafe, code=code_of(cafe).text)
        bought(cafe, payment_fingerprint="visa")

        assert self.told_of(cafe) == ["referral_under_review"]
